-- The merchant's: partners' log-ins are told with the partners.
SELECT id AS key, email, role, language, created_at, closed_at FROM account
WHERE role <> 'partner' AND id > ?1 ORDER BY id LIMIT ?2

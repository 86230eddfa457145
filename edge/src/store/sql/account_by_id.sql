SELECT account.id AS id, account.email AS email, account.role AS role, account.password AS password, account.language AS language
FROM account
WHERE account.closed_at IS NULL AND account.id = ?1

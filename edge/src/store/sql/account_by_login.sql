-- By e-mail, or by the code of the partner whose it is.
SELECT account.id AS id, account.email AS email, account.role AS role, account.password AS password, account.language AS language
FROM account
WHERE account.closed_at IS NULL AND (account.email = ?1 OR account.partner_id = (SELECT id FROM partner WHERE code = ?2))
ORDER BY account.email = ?1 DESC LIMIT 1

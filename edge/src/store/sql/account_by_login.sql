-- By e-mail, or by the code of the partner whose it is.
SELECT account.id AS id, account.email AS email, account.role AS role, account.password AS password, account.language AS language,
  partner.code AS partner_code
FROM account LEFT JOIN partner ON partner.id = account.partner_id
WHERE account.closed_at IS NULL AND (account.email = ?1 OR account.partner_id = (SELECT id FROM partner WHERE code = ?2))
ORDER BY account.email = ?1 DESC LIMIT 1

SELECT account.id AS id, account.email AS email, account.role AS role, account.password AS password, account.language AS language,
  partner.code AS partner_code
FROM account LEFT JOIN partner ON partner.id = account.partner_id
WHERE account.closed_at IS NULL AND account.id = ?1

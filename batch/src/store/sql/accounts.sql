SELECT account.email, account.role, partner.code AS partner, account.closed_at
FROM account LEFT JOIN partner ON partner.id = account.partner_id
ORDER BY account.email

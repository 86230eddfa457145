-- Who has an address (?1) and has never had a log-in.
SELECT code FROM partner
WHERE email = ?1 AND email <> '' AND NOT EXISTS (SELECT 1 FROM account WHERE account.partner_id = partner.id)
ORDER BY id LIMIT 1

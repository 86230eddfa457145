-- Another address is not confirmed yet.
UPDATE account SET email = ?2, confirmed_at = iif(email = ?2, confirmed_at, NULL)
WHERE partner_id = (SELECT id FROM partner WHERE code = ?1)

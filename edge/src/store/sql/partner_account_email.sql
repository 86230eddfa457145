UPDATE account SET email = ?2 WHERE partner_id = (SELECT id FROM partner WHERE code = ?1)

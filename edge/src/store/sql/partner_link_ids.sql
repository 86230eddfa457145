SELECT id FROM link WHERE partner_id = (SELECT id FROM partner WHERE code = ?1)

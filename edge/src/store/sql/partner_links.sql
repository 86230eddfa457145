SELECT id, code, target, active FROM link WHERE partner_id = (SELECT id FROM partner WHERE code = ?1) ORDER BY id DESC LIMIT 200

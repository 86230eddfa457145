SELECT id, code, target, active FROM link WHERE partner_id = ?1 ORDER BY id DESC LIMIT 200

SELECT id, code, target, active FROM link
WHERE code = ?2 AND partner_id = (SELECT id FROM partner WHERE code = ?1)

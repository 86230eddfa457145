SELECT id FROM contact WHERE email = ?1 OR external_id = ?1 LIMIT 1

SELECT id AS key, email, external_id, name, created_at FROM contact WHERE id > ?1 ORDER BY id LIMIT ?2

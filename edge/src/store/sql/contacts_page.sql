SELECT id, email, external_id, name, created_at FROM contact WHERE id < ?1 ORDER BY id DESC LIMIT ?2

-- As in list_partners.sql, the newest first.
SELECT id, email, external_id, name, created_at FROM contact WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT ?3

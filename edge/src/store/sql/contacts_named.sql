-- By how an address or the shop's name for somebody begins: each by its index.
SELECT id, email, external_id, name, created_at FROM contact WHERE email >= ?1 AND email < ?2
UNION SELECT id, email, external_id, name, created_at FROM contact WHERE external_id >= ?3 AND external_id < ?4
ORDER BY id DESC LIMIT ?5

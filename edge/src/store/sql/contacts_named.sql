-- By how an address or the shop's name for somebody begins: each by its index; before ?6, the newest first.
SELECT id, email, external_id, name, created_at FROM contact WHERE email >= ?1 AND email < ?2 AND id < ?6
UNION SELECT id, email, external_id, name, created_at FROM contact WHERE external_id >= ?3 AND external_id < ?4 AND id < ?6
ORDER BY id DESC LIMIT ?5

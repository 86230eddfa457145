INSERT INTO contact_touch (contact_id, at, bound_by, partner_id, touched_at, source)
SELECT id, ?2, 'hand', ?3, -1, ?4 FROM contact WHERE email = ?1 OR external_id = ?1
ON CONFLICT DO NOTHING

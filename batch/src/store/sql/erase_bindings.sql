-- Of what was bound by hand: who did it, and why.
UPDATE OR REPLACE contact_touch SET source = 'erased'
WHERE bound_by = 'hand' AND contact_id = (SELECT id FROM contact WHERE email = ?1)

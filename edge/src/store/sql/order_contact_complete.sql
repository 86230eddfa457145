UPDATE contact SET external_id = ?4 ->> 'external_id'
WHERE email = ?4 ->> 'email' AND external_id IS NULL AND ?4 ->> 'external_id' IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM contact WHERE external_id = ?4 ->> 'external_id')
  AND EXISTS (SELECT 1 FROM order_event WHERE source = ?1 AND event_id = ?2 AND body_hash = ?3)

INSERT INTO contact (email, external_id, name, created_at)
SELECT ?4 ->> 'email', ?4 ->> 'external_id', ?4 ->> 'name', ?4 ->> 'received_at'
WHERE (?4 ->> 'email' IS NOT NULL OR ?4 ->> 'external_id' IS NOT NULL)
  AND EXISTS (SELECT 1 FROM order_event WHERE source = ?1 AND event_id = ?2 AND body_hash = ?3)
ON CONFLICT DO NOTHING

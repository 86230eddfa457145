INSERT INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
SELECT id, ?2, ?3, ?4, ?5, ?6, ?7 FROM orders
WHERE external_id = coalesce((SELECT order_name FROM order_alias WHERE source = ?2 AND name = ?1), ?1)
ON CONFLICT (source, event_id) DO NOTHING

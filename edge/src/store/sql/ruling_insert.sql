-- As the batch records one: at the time of the order's latest event, so that the night need not wait for clicks again.
INSERT INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
SELECT id, 'merchant', ?2, latest_event_at, ?3, ?4, ?5 FROM orders WHERE external_id = ?1
ON CONFLICT (source, event_id) DO NOTHING

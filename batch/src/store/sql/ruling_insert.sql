-- What a named person decided about an order; the same word again at the same second is the same. As the event's time
-- stands that of the order's latest, so that the night need not wait for clicks again.
INSERT INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
SELECT id, 'merchant', ?2, latest_event_at, ?3, ?4, ?5 FROM orders WHERE external_id = ?1
ON CONFLICT (source, event_id) DO NOTHING

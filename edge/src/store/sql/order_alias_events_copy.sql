-- Events are never changed: what came under the second name is told again under the first.
INSERT INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
SELECT target.id, event.source, 'alias/' || event.event_id, event.at, event.received_at, event.body_hash, event.body
FROM orders AS waiting
JOIN order_event AS event ON event.order_id = waiting.id AND event.source = ?1
JOIN orders AS target ON target.external_id = ?3
WHERE waiting.external_id = ?2
ORDER BY event.id
ON CONFLICT (source, event_id) DO NOTHING

-- An order that came under the second name alone is the first's now: there it is called off, so that nobody earns twice.
INSERT INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
SELECT event.order_id, ?1, 'alias-closed/' || ?2, event.at, event.received_at, event.body_hash,
  json_set(event.body, '$.status', 'cancelled')
FROM orders AS waiting
JOIN order_event AS event ON event.order_id = waiting.id AND event.source = ?1
WHERE waiting.external_id = ?2 AND ?2 <> ?3 AND event.body ->> '$.kind' = 'order'
ORDER BY event.id DESC LIMIT 1
ON CONFLICT (source, event_id) DO NOTHING

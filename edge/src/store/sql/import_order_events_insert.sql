INSERT INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
SELECT orders.id, event.value ->> 'source', event.value ->> 'event_id', event.value ->> 'at',
  event.value ->> 'received_at', event.value ->> 'hash', event.value -> 'body'
FROM json_each(?1) AS event JOIN orders ON orders.external_id = event.value ->> 'order'
WHERE true ORDER BY event.key
ON CONFLICT (source, event_id) DO NOTHING

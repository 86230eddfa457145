-- What a file says of an order is an event if the last file with this status said otherwise: the same file again adds
-- nothing, and a correction of a correction is one.
INSERT INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
SELECT orders.id, event.value ->> 'source',
  event.value ->> 'event_id' || '/' || (SELECT count(*) FROM order_event AS earlier WHERE earlier.order_id = orders.id),
  event.value ->> 'at', event.value ->> 'received_at', event.value ->> 'hash', event.value -> 'body'
FROM json_each(?1) AS event JOIN orders ON orders.external_id = event.value ->> 'order'
WHERE event.value ->> 'hash' IS NOT (
  SELECT last.body_hash FROM order_event AS last
  WHERE last.order_id = orders.id AND last.source = event.value ->> 'source'
    AND last.body ->> 'status' = event.value ->> 'status'
  ORDER BY last.id DESC LIMIT 1
)
ORDER BY event.key
ON CONFLICT (source, event_id) DO NOTHING

-- Asks for another judgement of orders whose decided revision is their newest. Once for each revision.
INSERT INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
SELECT orders.id, 'replay', 'replay/' || orders.id || '/' || (asked.value ->> 'revision'), asked.value ->> 'at',
  asked.value ->> 'at', asked.value ->> 'hash', asked.value -> 'body'
FROM json_each(?1) AS asked JOIN orders ON orders.id = asked.value ->> 'order'
WHERE orders.revision = asked.value ->> 'revision' AND EXISTS (SELECT 1 FROM lease WHERE name = 'ledger' AND token = ?2)
ORDER BY asked.key
ON CONFLICT (source, event_id) DO NOTHING

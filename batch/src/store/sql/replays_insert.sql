-- Asks for another judgement of orders whose decided revision is their newest; once for each revision.
INSERT INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
SELECT orders.id, 'replay', 'replay/' || orders.id || '/' || orders.revision, orders.latest_event_at, ?2, ?3, ?4
FROM json_each(?1) AS asked JOIN orders ON orders.id = asked.value ->> 0
WHERE orders.revision = asked.value ->> 1 AND orders.decided_revision = orders.revision
  AND EXISTS (SELECT 1 FROM lease WHERE name = 'ledger' AND token = ?5)
ORDER BY asked.key
ON CONFLICT (source, event_id) DO NOTHING

-- A page ends with its last order: found first, so that the rows come in the order of two indexes, and none is sorted.
SELECT orders.id, orders.external_id, orders.decided_revision, event.id AS arrival, event.source, event.at, event.body
FROM orders INDEXED BY orders_undecided
CROSS JOIN order_event AS event INDEXED BY order_event_of_order ON event.order_id = orders.id
WHERE orders.decided_revision < orders.revision AND orders.latest_event_at <= ?3 AND orders.id > ?1
  AND orders.id <= coalesce((
    SELECT id FROM orders INDEXED BY orders_undecided
    WHERE decided_revision < revision AND latest_event_at <= ?3 AND id > ?1 ORDER BY id LIMIT 1 OFFSET ?2 - 1
  ), 9007199254740991)
ORDER BY orders.id, event.id

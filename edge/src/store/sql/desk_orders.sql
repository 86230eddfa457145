-- Orders of the sales desk, the newest first, each with its events: it began as pending, once.
SELECT orders.id AS id, orders.external_id AS external_id, orders.revision AS revision,
  event.id AS arrival, event.source AS source, event.at AS at, event.received_at AS received_at, event.body AS body
FROM (
  SELECT order_id FROM order_event INDEXED BY order_event_of_desk
  WHERE source = 'sales' AND body ->> '$.status' = 'pending' AND order_id < ?1 ORDER BY order_id DESC LIMIT ?2
) AS page
JOIN orders ON orders.id = page.order_id
JOIN order_event AS event ON event.order_id = orders.id
ORDER BY orders.id DESC, event.id

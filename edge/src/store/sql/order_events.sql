SELECT orders.id AS id, orders.external_id AS external_id, orders.revision AS revision,
  event.id AS arrival, event.source AS source, event.at AS at, event.received_at AS received_at, event.body AS body
FROM orders JOIN order_event AS event ON event.order_id = orders.id
WHERE orders.external_id = ?1 ORDER BY event.id

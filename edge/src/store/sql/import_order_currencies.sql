SELECT orders.external_id AS name, (
    SELECT order_event.body ->> 'currency' FROM order_event
    WHERE order_event.order_id = orders.id AND order_event.body ->> 'kind' = 'order'
    ORDER BY order_event.id DESC LIMIT 1
  ) AS value
FROM orders WHERE orders.external_id IN (SELECT value FROM json_each(?1))

SELECT order_event.body ->> 'currency' AS currency
FROM orders JOIN order_event ON order_event.order_id = orders.id
WHERE orders.external_id = ?1 AND order_event.body ->> 'kind' = 'order'
ORDER BY order_event.id DESC LIMIT 1

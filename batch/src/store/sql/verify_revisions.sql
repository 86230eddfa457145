SELECT 'order ' || orders.external_id, 'revision ' || orders.revision || ', ' || count(order_event.id) || ' events'
FROM orders LEFT JOIN order_event ON order_event.order_id = orders.id
GROUP BY orders.id HAVING count(order_event.id) <> orders.revision
LIMIT 1000

SELECT DISTINCT order_event.body ->> '$.visitor' AS visitor
FROM json_each(?1) AS mine CROSS JOIN order_event ON order_event.order_id = mine.value
WHERE order_event.body ->> '$.visitor' IS NOT NULL

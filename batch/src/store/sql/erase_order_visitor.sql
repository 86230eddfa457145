UPDATE order_event SET body = json_replace(body, '$.visitor', ?3)
WHERE order_id IN (SELECT value FROM json_each(?1)) AND body ->> '$.visitor' = ?2

UPDATE browser_order SET body = json_remove(body, '$.visitor')
WHERE external_id IN (SELECT external_id FROM orders WHERE id IN (SELECT value FROM json_each(?1)))

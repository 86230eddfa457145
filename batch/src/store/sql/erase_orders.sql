-- What is not there is not made: `json_replace`.
UPDATE order_event
SET body = json_replace(
  body, '$.customer.email', ?2, '$.customer.external_id', ?3, '$.customer.name', 'erased', '$.reason', 'erased'
)
WHERE order_id IN (SELECT value FROM json_each(?1))

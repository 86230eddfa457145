SELECT decision.id AS id, decision.steps AS steps
FROM json_each(?1) AS mine CROSS JOIN decision ON decision.order_id = mine.value
ORDER BY decision.id

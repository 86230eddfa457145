SELECT orders.external_id, coalesce(decision.held, '') AS held
FROM decision JOIN orders ON orders.id = decision.order_id
WHERE decision.id BETWEEN ?1 AND ?2 AND decision.outcome = 'held'
ORDER BY decision.id LIMIT ?3

-- What was sold in orders that were credited from ?1 until before ?2, by product: the ledger knows whole orders alone.
SELECT line.value ->> '$.sku' AS what, event.body ->> '$.currency' AS currency,
  sum(line.value ->> '$.net_minor') AS sales_minor, count(DISTINCT event.order_id) AS orders
FROM (
  SELECT DISTINCT decision.order_id AS order_id
  FROM transfer INDEXED BY transfer_by_credit
  JOIN decision ON decision.id = transfer.id / 64
  WHERE transfer.credit % 8 IN (2, 3) AND transfer.credit BETWEEN ?3 AND ?4 AND transfer.created_at >= ?1 AND transfer.created_at < ?2
    AND transfer.kind = 'accrual' AND transfer.tier = 1
) AS credited
JOIN order_event AS event ON event.id = (
  SELECT max(id) FROM order_event WHERE order_event.order_id = credited.order_id AND body ->> '$.kind' = 'order'
)
JOIN json_each(event.body, '$.lines') AS line
GROUP BY what, currency ORDER BY what

-- How many orders credited a partner (?1) himself in nights since ?2: by accruals of the first tier, each order once.
SELECT count(DISTINCT decision.order_id) AS orders
FROM transfer JOIN decision ON decision.id = transfer.id / 64
WHERE transfer.credit = ?1 AND transfer.credit % 8 IN (2, 3) AND transfer.tier = 1 AND transfer.kind = 'accrual'
  AND transfer.created_at >= ?2

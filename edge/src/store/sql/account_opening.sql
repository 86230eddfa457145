SELECT currency, sum(amount) AS minor
FROM (
  SELECT currency, created_at, amount_minor AS amount FROM transfer WHERE credit = ?1 AND credit % 8 IN (2, 3)
  UNION ALL
  SELECT currency, created_at, -amount_minor FROM transfer WHERE debit = ?1 AND debit % 8 IN (2, 3)
)
WHERE created_at < ?2 GROUP BY currency ORDER BY currency

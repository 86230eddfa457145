-- What an account (?1) holds by currency, of transfers made before ?2: on hold at ?3, and not.
SELECT currency, sum(CASE WHEN payable_from > ?3 THEN amount ELSE 0 END), sum(CASE WHEN payable_from > ?3 THEN 0 ELSE amount END)
FROM (
  SELECT currency, payable_from, created_at, amount_minor AS amount FROM transfer WHERE credit = ?1 AND credit % 8 IN (2, 3)
  UNION ALL
  SELECT currency, payable_from, created_at, -amount_minor FROM transfer WHERE debit = ?1 AND debit % 8 IN (2, 3)
)
WHERE created_at < ?2
GROUP BY currency ORDER BY currency

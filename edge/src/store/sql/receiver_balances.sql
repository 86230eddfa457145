-- Of an account, by its owner's name (?1) as in receiver.sql, at ?2: on hold and payable.
WITH receiver AS MATERIALIZED (
  SELECT id * 8 + 2 AS account FROM partner WHERE code = ?1
  UNION ALL
  SELECT id * 8 + 3 FROM charity WHERE code = substr(?1, 9) AND substr(?1, 1, 8) = 'charity:'
)
SELECT currency,
  sum(CASE WHEN payable_from > ?2 THEN amount ELSE 0 END) AS pending,
  sum(CASE WHEN payable_from > ?2 THEN 0 ELSE amount END) AS payable
FROM (
  SELECT currency, payable_from, amount_minor AS amount FROM transfer
  WHERE credit = (SELECT account FROM receiver) AND credit % 8 IN (2, 3)
  UNION ALL
  SELECT currency, payable_from, -amount_minor FROM transfer
  WHERE debit = (SELECT account FROM receiver) AND debit % 8 IN (2, 3)
)
GROUP BY currency ORDER BY currency

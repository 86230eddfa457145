-- What may be paid out at ?1 by currency; each side out of its index.
SELECT currency, sum(amount) AS minor
FROM (
  SELECT currency, sum(amount_minor) AS amount FROM transfer INDEXED BY transfer_by_credit
  WHERE credit % 8 IN (2, 3) AND payable_from <= ?1 GROUP BY currency
  UNION ALL
  SELECT currency, -sum(amount_minor) FROM transfer INDEXED BY transfer_by_debit
  WHERE debit % 8 IN (2, 3) AND payable_from <= ?1 GROUP BY currency
)
GROUP BY currency ORDER BY currency

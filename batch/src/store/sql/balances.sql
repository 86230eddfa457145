-- Accounts of partners and charities: what came in less what went out, by currency and by whether it may be paid out.
SELECT account, currency, sum(CASE WHEN payable_from > ?1 THEN amount ELSE 0 END),
  sum(CASE WHEN payable_from > ?1 THEN 0 ELSE amount END)
FROM (
  SELECT credit AS account, currency, payable_from, amount_minor AS amount FROM transfer WHERE credit % 8 IN (2, 3)
  UNION ALL
  SELECT debit, currency, payable_from, -amount_minor FROM transfer WHERE debit % 8 IN (2, 3)
)
GROUP BY account, currency ORDER BY account, currency

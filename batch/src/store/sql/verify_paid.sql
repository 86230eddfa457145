-- What was sent by a method and did not come back is never below 0.
SELECT 'method ' || (account / 8), sum(amount) || ' minor units of ' || currency || ' were sent'
FROM (
  SELECT credit AS account, currency, amount_minor AS amount FROM transfer WHERE credit % 8 = 4
  UNION ALL
  SELECT debit, currency, -amount_minor FROM transfer WHERE debit % 8 = 4
)
GROUP BY account, currency HAVING sum(amount) < 0
LIMIT 1000

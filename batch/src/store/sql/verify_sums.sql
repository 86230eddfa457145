-- Debits equal credits by construction; that all accounts of a currency add up to 0 and none is beyond 2^53 - 1 is seen here.
SELECT 'currency ' || currency, 'accounts add up to ' || sum(balance) || ', the largest is ' || max(abs(balance))
FROM (
  SELECT account, currency, sum(amount) AS balance
  FROM (
    SELECT credit AS account, currency, amount_minor AS amount FROM transfer
    UNION ALL
    SELECT debit, currency, -amount_minor FROM transfer
  )
  GROUP BY account, currency
)
GROUP BY currency HAVING sum(balance) <> 0 OR max(abs(balance)) > 9007199254740991
LIMIT 1000

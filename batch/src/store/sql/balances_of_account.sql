-- As balances.sql, of one account (?2), by its two indexes.
SELECT account, currency,
  sum(CASE WHEN payable_from > ?1 THEN amount ELSE 0 END),
  sum(CASE WHEN payable_from > ?1 THEN 0 ELSE amount END),
  sum(CASE WHEN kind IN ('payout', 'payout_return') THEN -amount ELSE 0 END)
FROM (
  SELECT credit AS account, currency, payable_from, kind, amount_minor AS amount FROM transfer
  WHERE credit = ?2 AND credit % 8 IN (2, 3)
  UNION ALL
  SELECT debit, currency, payable_from, kind, -amount_minor FROM transfer
  WHERE debit = ?2 AND debit % 8 IN (2, 3)
)
GROUP BY account, currency ORDER BY account, currency

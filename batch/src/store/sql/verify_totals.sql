-- All of the ledger up to where the totals go, against the totals.
SELECT 'account ' || account || ' in ' || currency, 'its total differs from its transfers by ' || sum(amount) || ' minor units'
FROM (
  SELECT account, currency, amount_minor AS amount, paid_minor AS paid FROM account_total
  UNION ALL
  SELECT credit, currency, -amount_minor, CASE WHEN kind IN ('payout', 'payout_return') THEN amount_minor ELSE 0 END
  FROM transfer WHERE id <= (SELECT transfer_id FROM account_total_until) AND credit % 8 IN (2, 3)
  UNION ALL
  SELECT debit, currency, amount_minor, CASE WHEN kind IN ('payout', 'payout_return') THEN -amount_minor ELSE 0 END
  FROM transfer WHERE id <= (SELECT transfer_id FROM account_total_until) AND debit % 8 IN (2, 3)
)
GROUP BY account, currency HAVING sum(amount) <> 0 OR sum(paid) <> 0
LIMIT 1000

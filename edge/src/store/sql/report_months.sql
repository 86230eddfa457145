-- Commission booked from ?1 until before ?2 by the instants of its booking, which are those of nights; the time zone makes
-- months of them. A report reads each side of the ledger in the order of its index; rows of the ledger only for its time.
-- ?3 and ?4 are the first and the last account that is asked for: all of them, or one partner's.
SELECT part.at AS what, part.currency AS currency, sum(part.minor) AS commission_minor, sum(part.orders) AS orders
FROM (
  SELECT transfer.created_at AS at, transfer.currency AS currency, sum(transfer.amount_minor) AS minor,
    count(DISTINCT CASE WHEN transfer.tier = 1 THEN decision.order_id END) AS orders
  FROM transfer INDEXED BY transfer_by_credit
  JOIN decision ON decision.id = transfer.id / 64
  WHERE transfer.credit % 8 IN (2, 3) AND transfer.credit BETWEEN ?3 AND ?4 AND transfer.created_at >= ?1 AND transfer.created_at < ?2
    AND transfer.kind IN ('accrual', 'charity')
  GROUP BY transfer.created_at, transfer.currency
  UNION ALL
  SELECT created_at, currency, -sum(amount_minor), 0
  FROM transfer INDEXED BY transfer_by_debit
  WHERE debit % 8 IN (2, 3) AND debit BETWEEN ?3 AND ?4 AND created_at >= ?1 AND created_at < ?2 AND kind IN ('reversal', 'charity_reversal')
  GROUP BY created_at, currency
) AS part
GROUP BY part.at, part.currency ORDER BY part.at

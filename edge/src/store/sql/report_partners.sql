-- As report_months.sql, by receivers. An order counts for whom it was credited to.
SELECT coalesce(partner.code, 'charity:' || charity.code, '') AS what, part.currency AS currency,
  sum(part.minor) AS commission_minor, sum(part.orders) AS orders
FROM (
  SELECT transfer.credit AS account, transfer.currency AS currency, sum(transfer.amount_minor) AS minor,
    count(DISTINCT CASE WHEN transfer.tier = 1 THEN decision.order_id END) AS orders
  FROM transfer INDEXED BY transfer_by_credit
  JOIN decision ON decision.id = transfer.id / 64
  WHERE transfer.credit % 8 IN (2, 3) AND transfer.credit BETWEEN ?3 AND ?4 AND transfer.created_at >= ?1 AND transfer.created_at < ?2
    AND transfer.kind IN ('accrual', 'charity')
  GROUP BY transfer.credit, transfer.currency
  UNION ALL
  SELECT debit, currency, -sum(amount_minor), 0
  FROM transfer INDEXED BY transfer_by_debit
  WHERE debit % 8 IN (2, 3) AND debit BETWEEN ?3 AND ?4 AND created_at >= ?1 AND created_at < ?2 AND kind IN ('reversal', 'charity_reversal')
  GROUP BY debit, currency
) AS part
LEFT JOIN partner ON part.account % 8 = 2 AND partner.id = part.account / 8
LEFT JOIN charity ON part.account % 8 = 3 AND charity.id = part.account / 8
GROUP BY part.account, part.currency ORDER BY what

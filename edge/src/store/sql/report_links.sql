-- As report_months.sql, by the links whose touch decided, as the decision's steps say: in capitals, where links are in
-- lower case.
SELECT coalesce((
    SELECT lower(step.value ->> 3) FROM json_each(decision.steps) AS step
    WHERE CASE WHEN step.type = 'array' THEN step.value ->> 0 = 't' AND step.value ->> 7 = 'taken' ELSE 0 END
    LIMIT 1
  ), '') AS what, part.currency AS currency, sum(part.minor) AS commission_minor,
  count(DISTINCT CASE WHEN part.tier = 1 AND part.minor > 0 THEN decision.order_id END) AS orders
FROM (
  SELECT id, currency, tier, amount_minor AS minor
  FROM transfer INDEXED BY transfer_by_credit
  WHERE credit % 8 IN (2, 3) AND credit BETWEEN ?3 AND ?4 AND created_at >= ?1 AND created_at < ?2 AND kind IN ('accrual', 'charity')
  UNION ALL
  SELECT id, currency, tier, -amount_minor
  FROM transfer INDEXED BY transfer_by_debit
  WHERE debit % 8 IN (2, 3) AND debit BETWEEN ?3 AND ?4 AND created_at >= ?1 AND created_at < ?2 AND kind IN ('reversal', 'charity_reversal')
) AS part
JOIN decision ON decision.id = part.id / 64
GROUP BY what, part.currency ORDER BY what

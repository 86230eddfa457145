-- The first ?4 entries of each of some partners (?3: their numbers in JSON); of an adjustment no order.
SELECT partner_id, coalesce(external_id, '') AS external_id, currency, amount_minor
FROM (
  SELECT entry.partner_id, orders.external_id, entry.currency, entry.amount_minor,
    row_number() OVER (PARTITION BY entry.partner_id ORDER BY entry.id) AS place
  FROM (
    SELECT id, credit / 8 AS partner_id, currency, amount_minor FROM transfer
    WHERE id BETWEEN ?1 * 64 AND ?2 * 64 + 63 AND credit % 8 = 2 AND kind IN ('accrual', 'reversal', 'adjustment')
    UNION ALL
    SELECT id, debit / 8, currency, -amount_minor FROM transfer
    WHERE id BETWEEN ?1 * 64 AND ?2 * 64 + 63 AND debit % 8 = 2 AND kind IN ('accrual', 'reversal', 'adjustment')
  ) AS entry
  LEFT JOIN decision ON decision.id = entry.id / 64
  LEFT JOIN orders ON orders.id = decision.order_id
  WHERE entry.partner_id IN (SELECT value FROM json_each(?3))
)
WHERE place <= ?4 ORDER BY partner_id, place

-- As accruals_page.sql, of one receiver (?2, as in receiver.sql) by his indexes.
WITH receiver AS MATERIALIZED (
  SELECT id * 8 + 2 AS account FROM partner WHERE code = ?2
  UNION ALL
  SELECT id * 8 + 3 FROM charity WHERE code = substr(?2, 9) AND substr(?2, 1, 8) = 'charity:'
)
SELECT entry.id AS id, entry.created_at AS at, ?2 AS partner, entry.kind AS kind, entry.tier AS tier,
  orders.external_id AS order_name, entry.amount AS amount_minor, entry.currency AS currency,
  entry.payable_from AS payable_from, decision.evidence AS evidence, posting.reason AS note
FROM (
  SELECT id, created_at, kind, tier, amount_minor AS amount, currency, payable_from FROM transfer
  WHERE credit = (SELECT account FROM receiver) AND credit % 8 IN (2, 3) AND id < ?1
    AND kind NOT IN ('payout', 'payout_return') AND created_at >= ?5 AND created_at < ?6
    AND ?3 <> 'back' AND (?3 = '' OR (?3 = 'pending') = (payable_from > ?4))
  UNION ALL
  SELECT id, created_at, kind, tier, -amount_minor, currency, payable_from FROM transfer
  WHERE debit = (SELECT account FROM receiver) AND debit % 8 IN (2, 3) AND id < ?1
    AND kind NOT IN ('payout', 'payout_return') AND created_at >= ?5 AND created_at < ?6
    AND ?3 IN ('', 'back')
  ORDER BY id DESC LIMIT ?7
) AS entry
LEFT JOIN decision ON decision.id = entry.id / 64
LEFT JOIN orders ON orders.id = decision.order_id
LEFT JOIN posting ON posting.id = entry.id / 64
ORDER BY entry.id DESC

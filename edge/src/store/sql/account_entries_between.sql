-- What came into an account (?1) and went out of it from ?2 until before ?3, in order.
SELECT entry.id AS id, entry.created_at AS created_at, entry.kind AS kind, entry.tier AS tier, entry.amount AS amount,
  entry.currency AS currency, entry.payable_from AS payable_from, orders.external_id AS external_id,
  coalesce(posting.reason, '') AS reason
FROM (
  SELECT id, created_at, kind, tier, amount_minor AS amount, currency, payable_from FROM transfer
  WHERE credit = ?1 AND credit % 8 IN (2, 3) AND created_at >= ?2 AND created_at < ?3
  UNION ALL
  SELECT id, created_at, kind, tier, -amount_minor, currency, payable_from FROM transfer
  WHERE debit = ?1 AND debit % 8 IN (2, 3) AND created_at >= ?2 AND created_at < ?3
) AS entry
LEFT JOIN decision ON decision.id = entry.id / 64
LEFT JOIN orders ON orders.id = decision.order_id
LEFT JOIN posting ON posting.id = entry.id / 64
ORDER BY entry.created_at, entry.id

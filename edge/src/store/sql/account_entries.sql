-- What came into a partner's account, by his code (?1), and went out of it, the newest first, before transfer ?2.
SELECT entry.id AS id, entry.created_at AS created_at, entry.kind AS kind, entry.tier AS tier, entry.amount AS amount,
  entry.currency AS currency, entry.payable_from AS payable_from, orders.external_id AS external_id,
  coalesce(posting.reason, '') AS reason
FROM (
  SELECT id, created_at, kind, tier, amount_minor AS amount, currency, payable_from FROM transfer
  WHERE credit = (SELECT id * 8 + 2 FROM partner WHERE code = ?1) AND credit % 8 IN (2, 3) AND id < ?2
  UNION ALL
  SELECT id, created_at, kind, tier, -amount_minor, currency, payable_from FROM transfer
  WHERE debit = (SELECT id * 8 + 2 FROM partner WHERE code = ?1) AND debit % 8 IN (2, 3) AND id < ?2
  ORDER BY id DESC LIMIT ?3
) AS entry
LEFT JOIN decision ON decision.id = entry.id / 64
LEFT JOIN orders ON orders.id = decision.order_id
LEFT JOIN posting ON posting.id = entry.id / 64
ORDER BY entry.id DESC

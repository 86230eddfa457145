-- As in list_partners.sql, the newest first: of everybody from the ledger's end, of one partner from his own account.
SELECT entry.id AS id, partner.code AS partner, orders.external_id AS "order", entry.tier AS tier, entry.kind AS kind,
  entry.amount AS amount, entry.currency AS currency, entry.payable_from AS payable_from, entry.created_at AS created_at
FROM (
  SELECT id, CASE kind WHEN 'accrual' THEN credit ELSE debit END AS account, tier, kind,
    CASE kind WHEN 'accrual' THEN amount_minor ELSE -amount_minor END AS amount, currency, payable_from, created_at
  FROM transfer WHERE ?4 = 0 AND id BETWEEN ?1 AND ?2 AND kind IN ('accrual', 'reversal')
  UNION ALL
  SELECT id, credit, tier, kind, amount_minor, currency, payable_from, created_at FROM transfer
  WHERE ?4 <> 0 AND credit = ?4 * 8 + 2 AND credit % 8 IN (2, 3) AND id BETWEEN ?1 AND ?2 AND kind = 'accrual'
  UNION ALL
  SELECT id, debit, tier, kind, -amount_minor, currency, payable_from, created_at FROM transfer
  WHERE ?4 <> 0 AND debit = ?4 * 8 + 2 AND debit % 8 IN (2, 3) AND id BETWEEN ?1 AND ?2 AND kind = 'reversal'
  ORDER BY id DESC LIMIT ?3
) AS entry
JOIN partner ON partner.id = entry.account / 8
JOIN decision ON decision.id = entry.id / 64
JOIN orders ON orders.id = decision.order_id
ORDER BY entry.id DESC

-- Balances of a page of partners, by code, at ?1: each out of his pieces of the indexes.
WITH page AS MATERIALIZED (SELECT id * 8 + 2 AS account, code, name FROM partner WHERE code > ?2 ORDER BY code LIMIT ?3)
SELECT code, name, currency,
  sum(CASE WHEN payable_from > ?1 THEN amount ELSE 0 END) AS pending,
  sum(CASE WHEN payable_from > ?1 THEN 0 ELSE amount END) AS payable,
  sum(CASE WHEN kind IN ('payout', 'payout_return') THEN -amount ELSE 0 END) AS paid
FROM (
  SELECT page.code, page.name, transfer.currency, transfer.payable_from, transfer.kind, transfer.amount_minor AS amount
  FROM page CROSS JOIN transfer INDEXED BY transfer_by_credit ON transfer.credit = page.account AND transfer.credit % 8 IN (2, 3)
  UNION ALL
  SELECT page.code, page.name, transfer.currency, transfer.payable_from, transfer.kind, -transfer.amount_minor
  FROM page CROSS JOIN transfer INDEXED BY transfer_by_debit ON transfer.debit = page.account AND transfer.debit % 8 IN (2, 3)
)
GROUP BY code, currency ORDER BY code, currency

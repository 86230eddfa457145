-- As balances_page.sql: of so many partners (?2) after a code (?1), at ?3.
WITH page AS MATERIALIZED (SELECT id * 8 + 2 AS account, code, name FROM partner WHERE code > ?1 ORDER BY code LIMIT ?2)
SELECT code AS key, code AS partner, name, currency,
  sum(CASE WHEN payable_from > ?3 THEN amount ELSE 0 END) AS pending_minor,
  sum(CASE WHEN payable_from > ?3 THEN 0 ELSE amount END) AS payable_minor,
  sum(CASE WHEN kind IN ('payout', 'payout_return') THEN -amount ELSE 0 END) AS paid_minor
FROM (
  SELECT page.code, page.name, transfer.currency, transfer.payable_from, transfer.kind, transfer.amount_minor AS amount
  FROM page CROSS JOIN transfer INDEXED BY transfer_by_credit ON transfer.credit = page.account AND transfer.credit % 8 IN (2, 3)
  UNION ALL
  SELECT page.code, page.name, transfer.currency, transfer.payable_from, transfer.kind, -transfer.amount_minor
  FROM page CROSS JOIN transfer INDEXED BY transfer_by_debit ON transfer.debit = page.account AND transfer.debit % 8 IN (2, 3)
)
GROUP BY code, currency ORDER BY code, currency

-- Accounts of partners and charities by currency: what is on hold at ?1, what may be paid out, and what was.
-- Each side is summed in the order of its index, without a sort and without a look at the table.
SELECT account, currency, sum(pending) AS pending, sum(payable) AS payable, sum(paid) AS paid
FROM (
  SELECT credit AS account, currency,
    sum(CASE WHEN payable_from > ?1 THEN amount_minor ELSE 0 END) AS pending,
    sum(CASE WHEN payable_from > ?1 THEN 0 ELSE amount_minor END) AS payable,
    sum(CASE WHEN kind IN ('payout', 'payout_return') THEN -amount_minor ELSE 0 END) AS paid
  FROM transfer INDEXED BY transfer_by_credit WHERE credit % 8 IN (2, 3) GROUP BY credit, currency
  UNION ALL
  SELECT debit, currency,
    sum(CASE WHEN payable_from > ?1 THEN -amount_minor ELSE 0 END),
    sum(CASE WHEN payable_from > ?1 THEN 0 ELSE -amount_minor END),
    sum(CASE WHEN kind IN ('payout', 'payout_return') THEN amount_minor ELSE 0 END)
  FROM transfer INDEXED BY transfer_by_debit WHERE debit % 8 IN (2, 3) GROUP BY debit, currency
)
GROUP BY account, currency ORDER BY account, currency

-- Accounts of partners and charities by currency: what is on hold at ?1, what may be paid out, and what was.
-- What is on hold is the end of each account's piece of an index.
SELECT account, currency, pending, amount_minor - pending AS payable, paid_minor AS paid
FROM (
  SELECT account, currency, amount_minor, paid_minor,
    (
      SELECT coalesce(sum(amount_minor), 0) FROM transfer INDEXED BY transfer_by_credit
      WHERE credit = account_sum.account AND currency = account_sum.currency AND payable_from > ?1 AND credit % 8 IN (2, 3)
    ) - (
      SELECT coalesce(sum(amount_minor), 0) FROM transfer INDEXED BY transfer_by_debit
      WHERE debit = account_sum.account AND currency = account_sum.currency AND payable_from > ?1 AND debit % 8 IN (2, 3)
    ) AS pending
  FROM account_sum
)
ORDER BY account, currency

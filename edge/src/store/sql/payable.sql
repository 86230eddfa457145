-- What may be paid out at ?1 by currency: all that is booked, less what is on hold at the end of each account's piece of an
-- index.
SELECT currency, sum(amount_minor - (
    SELECT coalesce(sum(amount_minor), 0) FROM transfer INDEXED BY transfer_by_credit
    WHERE credit = account_sum.account AND currency = account_sum.currency AND payable_from > ?1 AND credit % 8 IN (2, 3)
  ) + (
    SELECT coalesce(sum(amount_minor), 0) FROM transfer INDEXED BY transfer_by_debit
    WHERE debit = account_sum.account AND currency = account_sum.currency AND payable_from > ?1 AND debit % 8 IN (2, 3)
  )) AS minor
FROM account_sum GROUP BY currency ORDER BY currency

-- An account's number modulo 8 says what it is: 1 expense, 2 partner, 3 charity, 4 paid, 5 adjustments.
SELECT 'transfer ' || id, kind || ' from account ' || debit || ' to account ' || credit
FROM transfer
WHERE NOT CASE kind
  WHEN 'accrual' THEN debit % 8 = 1 AND credit % 8 = 2
  WHEN 'reversal' THEN debit % 8 = 2 AND credit % 8 = 1
  WHEN 'charity' THEN debit % 8 = 1 AND credit % 8 = 3
  WHEN 'charity_reversal' THEN debit % 8 = 3 AND credit % 8 = 1
  WHEN 'payout' THEN debit % 8 IN (2, 3) AND credit % 8 = 4
  WHEN 'payout_return' THEN debit % 8 = 4 AND credit % 8 IN (2, 3)
  ELSE debit = 5 AND credit % 8 IN (2, 3) OR debit % 8 IN (2, 3) AND credit = 5
END
LIMIT 1000

-- What an account (?1) earned and had taken back from ?2 on, by the instants at which it was booked.
SELECT currency, created_at, sum(amount) AS minor, count(*) AS entries
FROM (
  SELECT currency, created_at, amount_minor AS amount FROM transfer
  WHERE credit = ?1 AND credit % 8 IN (2, 3) AND kind = 'accrual' AND created_at >= ?2
  UNION ALL
  SELECT currency, created_at, -amount_minor FROM transfer
  WHERE debit = ?1 AND debit % 8 IN (2, 3) AND kind = 'reversal' AND created_at >= ?2
)
GROUP BY currency, created_at

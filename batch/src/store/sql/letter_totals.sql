-- Commission of partners that was booked, less what was taken back.
SELECT currency, sum(CASE WHEN credit % 8 = 2 THEN amount_minor ELSE -amount_minor END) AS amount_minor
FROM transfer
WHERE id BETWEEN ?1 * 64 AND ?2 * 64 + 63 AND kind IN ('accrual', 'reversal') AND (credit % 8 = 2 OR debit % 8 = 2)
GROUP BY currency ORDER BY currency

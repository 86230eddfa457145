-- How many orders credited a partner (?1) himself in nights since ?2: accruals of the first tier.
SELECT count(DISTINCT transfer.id / 64) AS orders FROM transfer
WHERE credit = ?1 AND credit % 8 IN (2, 3) AND tier = 1 AND kind = 'accrual' AND created_at >= ?2

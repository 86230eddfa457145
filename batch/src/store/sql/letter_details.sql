-- Partners who earned something, and of whom nobody knows where to pay.
SELECT DISTINCT credit / 8 AS partner_id FROM transfer
WHERE id BETWEEN ?1 * 64 AND ?2 * 64 + 63 AND credit % 8 = 2 AND kind = 'accrual'
  AND NOT EXISTS (SELECT 1 FROM requisites WHERE requisites.account = transfer.credit)
ORDER BY partner_id

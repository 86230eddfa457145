-- What was booked for partners who can log in and want to be told, by currency.
SELECT account.partner_id AS partner_id, entry.currency AS currency, count(*) AS entries, sum(entry.amount_minor) AS amount_minor
FROM (
  SELECT credit / 8 AS partner_id, currency, amount_minor FROM transfer
  WHERE id BETWEEN ?1 * 64 AND ?2 * 64 + 63 AND credit % 8 = 2 AND kind IN ('accrual', 'reversal', 'adjustment')
  UNION ALL
  SELECT debit / 8, currency, -amount_minor FROM transfer
  WHERE id BETWEEN ?1 * 64 AND ?2 * 64 + 63 AND debit % 8 = 2 AND kind IN ('accrual', 'reversal', 'adjustment')
) AS entry
JOIN account ON account.partner_id = entry.partner_id AND account.closed_at IS NULL
JOIN partner ON partner.id = entry.partner_id AND partner.digest = 1
GROUP BY account.partner_id, entry.currency ORDER BY account.partner_id, entry.currency

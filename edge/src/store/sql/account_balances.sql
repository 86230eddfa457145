-- Of a partner's account, by his code (?1), at ?2: on hold, payable, paid out, and all that was ever earned.
SELECT currency,
  sum(CASE WHEN payable_from > ?2 THEN amount ELSE 0 END) AS pending,
  sum(CASE WHEN payable_from > ?2 THEN 0 ELSE amount END) AS payable,
  sum(CASE WHEN kind IN ('payout', 'payout_return') THEN -amount ELSE 0 END) AS paid,
  sum(CASE WHEN kind IN ('payout', 'payout_return') THEN 0 ELSE amount END) AS earned
FROM (
  SELECT currency, payable_from, kind, amount_minor AS amount FROM transfer WHERE credit = (SELECT id * 8 + 2 FROM partner WHERE code = ?1) AND credit % 8 IN (2, 3)
  UNION ALL
  SELECT currency, payable_from, kind, -amount_minor FROM transfer WHERE debit = (SELECT id * 8 + 2 FROM partner WHERE code = ?1) AND debit % 8 IN (2, 3)
)
GROUP BY currency ORDER BY currency

-- Whom something is owed at ?1, with all that decides whether it is paid out. As in payable.sql.
SELECT due.account AS account, due.currency AS currency, due.payable AS payable,
  coalesce(version.terms ->> '$.status', 'active') AS status,
  CASE WHEN program.currency = due.currency THEN (
    SELECT rules ->> '$.min_payout_minor' FROM program_version
    WHERE program_id = program.id AND valid_from <= ?1 ORDER BY valid_from DESC LIMIT 1
  ) END AS minimum,
  (SELECT details FROM requisites WHERE account = due.account ORDER BY id DESC LIMIT 1) AS requisites,
  EXISTS (
    SELECT 1 FROM payout WHERE account = due.account AND currency = due.currency AND state = 'prepared'
  ) AS is_prepared
FROM (
  SELECT account, currency, amount_minor - (
      SELECT coalesce(sum(amount_minor), 0) FROM transfer INDEXED BY transfer_by_credit
      WHERE credit = account_sum.account AND currency = account_sum.currency AND payable_from > ?1 AND credit % 8 IN (2, 3)
    ) + (
      SELECT coalesce(sum(amount_minor), 0) FROM transfer INDEXED BY transfer_by_debit
      WHERE debit = account_sum.account AND currency = account_sum.currency AND payable_from > ?1 AND debit % 8 IN (2, 3)
    ) AS payable
  FROM account_sum
) AS due
LEFT JOIN partner_version AS version ON due.account % 8 = 2 AND version.partner_id = due.account / 8
  AND version.valid_from = (
    SELECT max(valid_from) FROM partner_version WHERE partner_id = due.account / 8 AND valid_from <= ?1
  )
LEFT JOIN program ON program.id = version.terms ->> '$.program'
WHERE due.payable > 0
ORDER BY due.account, due.currency

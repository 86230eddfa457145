-- Whom something is owed at ?1, with all that decides whether it is paid out. Each side out of its index, as in payable.sql.
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
  SELECT account, currency, sum(amount) AS payable
  FROM (
    SELECT credit AS account, currency, sum(amount_minor) AS amount FROM transfer INDEXED BY transfer_by_credit
    WHERE credit % 8 IN (2, 3) AND payable_from <= ?1 GROUP BY credit, currency
    UNION ALL
    SELECT debit, currency, -sum(amount_minor) FROM transfer INDEXED BY transfer_by_debit
    WHERE debit % 8 IN (2, 3) AND payable_from <= ?1 GROUP BY debit, currency
  )
  GROUP BY account, currency HAVING sum(amount) > 0
) AS due
LEFT JOIN partner_version AS version ON due.account % 8 = 2 AND version.partner_id = due.account / 8
  AND version.valid_from = (
    SELECT max(valid_from) FROM partner_version WHERE partner_id = due.account / 8 AND valid_from <= ?1
  )
LEFT JOIN program ON program.id = version.terms ->> '$.program'
ORDER BY due.account, due.currency

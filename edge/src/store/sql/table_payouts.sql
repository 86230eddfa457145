SELECT payout.id AS key, payout.id AS number, coalesce(partner.code, 'charity:' || charity.code, '') AS partner,
  payout.amount_minor AS amount_minor, payout.debt_minor AS debt_minor, payout.currency AS currency,
  payout.requisites ->> '$.method' AS method, payout.state AS state, payout.prepared_by AS prepared_by,
  payout.prepared_at AS prepared_at, payout.changed_by AS changed_by, nullif(payout.changed_at, 0) AS changed_at,
  payout.note AS note
FROM payout
LEFT JOIN partner ON payout.account % 8 = 2 AND partner.id = payout.account / 8
LEFT JOIN charity ON payout.account % 8 = 3 AND charity.id = payout.account / 8
WHERE payout.id > ?1 ORDER BY payout.id LIMIT ?2

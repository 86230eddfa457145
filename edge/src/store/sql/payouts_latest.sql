SELECT payout.id AS id, coalesce(partner.code, 'charity:' || charity.code, '') AS receiver, payout.amount_minor AS amount_minor,
  payout.currency AS currency, payout.state AS state, payout.requisites ->> '$.method' AS method,
  coalesce(nullif(payout.changed_by, ''), payout.prepared_by) AS who, max(payout.prepared_at, payout.changed_at) AS at, payout.note AS note
FROM payout
LEFT JOIN partner ON payout.account % 8 = 2 AND partner.id = payout.account / 8
LEFT JOIN charity ON payout.account % 8 = 3 AND charity.id = payout.account / 8
ORDER BY payout.id DESC LIMIT 100

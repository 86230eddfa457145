-- What files are made of.
SELECT payout.id AS id, coalesce(partner.code, 'charity:' || charity.code, '') AS partner, payout.amount_minor AS amount_minor,
  payout.currency AS currency, payout.requisites AS requisites
FROM payout INDEXED BY payout_prepared
LEFT JOIN partner ON payout.account % 8 = 2 AND partner.id = payout.account / 8
LEFT JOIN charity ON payout.account % 8 = 3 AND charity.id = payout.account / 8
WHERE payout.state = 'prepared' ORDER BY payout.id

-- The newest before ?1; of one receiver (?2) by his index, and in one state (?3), if they are said. Payouts are a few for
-- each partner and month: where neither is said and the page is not full, all of them are looked through.
SELECT payout.id AS id, coalesce(partner.code, 'charity:' || charity.code, '') AS partner, payout.amount_minor AS amount_minor,
  payout.debt_minor AS debt_minor, payout.currency AS currency, payout.state AS state, payout.requisites AS requisites,
  coalesce(nullif(payout.changed_by, ''), payout.prepared_by) AS who, max(payout.prepared_at, payout.changed_at) AS at,
  payout.note AS note
FROM payout
LEFT JOIN partner ON payout.account % 8 = 2 AND partner.id = payout.account / 8
LEFT JOIN charity ON payout.account % 8 = 3 AND charity.id = payout.account / 8
WHERE payout.id < ?1 AND (?3 = '' OR payout.state = ?3)
  AND (?2 = '' OR payout.account = coalesce(
    (SELECT id * 8 + 2 FROM partner WHERE code = ?2),
    (SELECT id * 8 + 3 FROM charity WHERE code = substr(?2, 9) AND substr(?2, 1, 8) = 'charity:')
  ))
ORDER BY payout.id DESC LIMIT ?4

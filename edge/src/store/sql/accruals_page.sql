-- Commission before transfer ?1, the newest first, in a piece of the ledger (?2 rows of it): what is asked for may be rare,
-- and the next page goes on behind the piece. ?3: `pending` or `payable` at ?4, `back`, or nothing for all; booked from ?5
-- until before ?6; so many rows (?7).
SELECT entry.id AS id, entry.created_at AS at, coalesce(partner.code, 'charity:' || charity.code, '') AS partner,
  entry.kind AS kind, entry.tier AS tier, orders.external_id AS order_name, entry.amount AS amount_minor,
  entry.currency AS currency, entry.payable_from AS payable_from, decision.evidence AS evidence, posting.reason AS note
FROM (
  SELECT id, created_at, kind, tier, currency, payable_from, iif(credit % 8 IN (2, 3), credit, debit) AS account,
    iif(credit % 8 IN (2, 3), amount_minor, -amount_minor) AS amount
  FROM (SELECT * FROM transfer WHERE id < ?1 ORDER BY id DESC LIMIT ?2)
  WHERE kind NOT IN ('payout', 'payout_return') AND created_at >= ?5 AND created_at < ?6
    AND (?3 = '' OR (?3 = 'back') = (credit % 8 NOT IN (2, 3)))
    AND (?3 NOT IN ('pending', 'payable') OR (?3 = 'pending') = (payable_from > ?4))
  ORDER BY id DESC LIMIT ?7
) AS entry
LEFT JOIN partner ON entry.account % 8 = 2 AND partner.id = entry.account / 8
LEFT JOIN charity ON entry.account % 8 = 3 AND charity.id = entry.account / 8
LEFT JOIN decision ON decision.id = entry.id / 64
LEFT JOIN orders ON orders.id = decision.order_id
LEFT JOIN posting ON posting.id = entry.id / 64
ORDER BY entry.id DESC

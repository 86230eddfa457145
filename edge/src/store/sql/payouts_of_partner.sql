-- Payouts of a partner's account (?1), the newest before number ?2 first. What was sent and came back says so; why something was
-- not sent is the merchant's own affair.
SELECT id, number, amount_minor, currency, requisites, at, iif(was_sent AND state = 'failed', 'returned', state) AS state,
  iif(was_sent, note, '') AS note
FROM (
  SELECT payout.id AS id, CAST(payout.id AS TEXT) AS number, payout.amount_minor AS amount_minor, payout.currency AS currency,
    payout.requisites AS requisites, max(payout.prepared_at, payout.changed_at) AS at, payout.state AS state, payout.note AS note,
    EXISTS (SELECT 1 FROM payout_history WHERE payout_id = payout.id AND payout_history.state = 'confirmed') AS was_sent
  FROM payout WHERE payout.account = ?1 AND payout.id < ?2 ORDER BY payout.id DESC LIMIT ?3
) AS page
ORDER BY id DESC

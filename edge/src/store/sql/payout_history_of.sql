SELECT payout_history.state AS state, payout_history.amount_minor AS amount_minor, payout.currency AS currency,
  payout_history.changed_by AS who, payout_history.changed_at AS at, payout_history.note AS note
FROM payout_history JOIN payout ON payout.id = payout_history.payout_id
WHERE payout_history.payout_id = ?1 ORDER BY payout_history.id

SELECT payout_history.payout_id, payout.account, payout.currency, payout_history.amount_minor, payout_history.state,
  payout_history.changed_by, payout_history.changed_at, payout_history.note
FROM payout_history JOIN payout ON payout.id = payout_history.payout_id
WHERE ?1 = 0 OR payout.account = ?1
ORDER BY payout_history.id

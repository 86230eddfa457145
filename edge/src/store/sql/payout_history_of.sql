SELECT state, amount_minor, changed_by AS who, changed_at AS at, note FROM payout_history WHERE payout_id = ?1 ORDER BY id

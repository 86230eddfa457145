UPDATE payout_history SET note = '' WHERE payout_id IN (SELECT id FROM payout WHERE account = ?1)

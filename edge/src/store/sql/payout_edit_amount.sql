UPDATE payout SET amount_minor = ?2, changed_by = ?3, changed_at = ?4, note = ?5 WHERE id = ?1 AND state = 'prepared'

-- A proposal that is not sent: nothing was booked for it, and nothing is.
UPDATE payout SET state = 'failed', changed_by = ?2, changed_at = ?3, note = ?4
WHERE id = ?1 AND state = 'prepared' AND NOT EXISTS (SELECT 1 FROM posting WHERE payout_id = ?1)

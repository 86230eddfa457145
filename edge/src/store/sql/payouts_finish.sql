-- The state of payouts (?1, and the latest of account ?2) follows what was posted.
UPDATE payout SET state = ?3, changed_by = ?4, changed_at = ?6, note = ?5
WHERE id IN (SELECT value FROM json_each(?1) UNION ALL SELECT max(id) FROM payout WHERE account = ?2)
  AND state = iif(?3 = 'confirmed', 'prepared', 'confirmed')
  AND EXISTS (SELECT 1 FROM posting WHERE cause = 'payout/' || payout.id || '/' || ?3)

-- ?1 to ?7 as the columns; ?8: the lease's token. A payout's posting only while the payout is as its cause says (?9).
INSERT INTO posting (id, cause, payout_id, posted_by, reason, at, transfers)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
WHERE EXISTS (SELECT 1 FROM lease WHERE name = 'ledger' AND token = ?8)
  AND (?3 IS NULL OR EXISTS (SELECT 1 FROM payout WHERE id = ?3 AND state = ?9))
ON CONFLICT DO NOTHING

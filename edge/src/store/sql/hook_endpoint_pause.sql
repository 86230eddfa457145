-- ?3 is whose it is, 0 for the merchant, who may change everybody's. ?2 is nothing where it shall hear again.
UPDATE hook_endpoint SET paused_at = ?2, is_gone = 0, failed_rounds = 0, rests_until = 0
WHERE id = ?1 AND (?3 = 0 OR partner_id = ?3)

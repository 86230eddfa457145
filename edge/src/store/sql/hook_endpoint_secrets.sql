-- Only if the keys are still those that were shown: the same form sent twice rolls once.
UPDATE hook_endpoint SET secrets = ?2 WHERE id = ?1 AND secrets = ?3 AND partner_id IS NULL

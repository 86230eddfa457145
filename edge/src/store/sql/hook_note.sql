-- By the holder of the lease alone: each raises the number of tries.
UPDATE hook_delivery SET sent_at = ?3, failed_at = ?4, due_at = coalesce(?5, due_at), status = ?6, millis = ?7, answer = ?8
WHERE id = ?1 AND tries = ?2 AND sent_at IS NULL AND failed_at IS NULL

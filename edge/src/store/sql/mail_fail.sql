-- By the holder of the lease alone: each raises the number of tries.
UPDATE mail SET failed_at = ?3, problem = ?4 WHERE id = ?1 AND tries = ?2 AND sent_at IS NULL AND failed_at IS NULL

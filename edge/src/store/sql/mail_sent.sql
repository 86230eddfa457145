-- It has been accepted, whatever became of the lease meanwhile.
UPDATE mail SET sent_at = ?2, failed_at = NULL, problem = '' WHERE id = ?1 AND sent_at IS NULL

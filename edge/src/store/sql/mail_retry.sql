-- What went wrong stays told until it is sent.
UPDATE mail SET failed_at = NULL, due_at = ?2, tries = 0 WHERE id = ?1 AND failed_at IS NOT NULL

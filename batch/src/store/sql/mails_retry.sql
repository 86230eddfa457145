-- What went wrong stays told until it is sent.
UPDATE mail SET failed_at = NULL, due_at = ?1, tries = 0 WHERE failed_at IS NOT NULL

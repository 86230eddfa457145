-- Due at once, as if it had never been tried; not while somebody is trying it.
UPDATE hook_delivery SET due_at = ?2, tries = 0, sent_at = NULL, failed_at = NULL
WHERE id = ?1 AND NOT (sent_at IS NULL AND failed_at IS NULL AND tries > 0 AND status IS NULL AND due_at > ?2)

-- All that were given up, due at once.
UPDATE hook_delivery SET due_at = ?1, tries = 0, failed_at = NULL
WHERE coalesce(sent_at, failed_at) IS NOT NULL AND failed_at IS NOT NULL

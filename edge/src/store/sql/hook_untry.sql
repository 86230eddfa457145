-- It was leased, and nothing was sent: the platform would not let us.
UPDATE hook_delivery SET due_at = ?3, tries = tries - 1 WHERE id = ?1 AND tries = ?2 AND sent_at IS NULL AND failed_at IS NULL

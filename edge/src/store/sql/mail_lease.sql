-- The mail that has been due for longest. It is nobody else's until ?2; who is done with it says so before. Repeated,
-- because an answer got lost, this leases the next: the one of the lost answer comes again when its lease has ended.
UPDATE mail SET due_at = ?2, tries = tries + 1
WHERE id = (SELECT id FROM mail WHERE due_at <= ?1 AND sent_at IS NULL AND failed_at IS NULL ORDER BY due_at LIMIT 1)
RETURNING id, cause, recipient, subject, body, html, created_at, tries

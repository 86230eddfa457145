SELECT id AS key, created_at, recipient, subject, tries, sent_at, failed_at, problem FROM mail WHERE id > ?1 ORDER BY id LIMIT ?2

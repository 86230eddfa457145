SELECT id, created_at, recipient, subject, body, sent_at, failed_at, problem FROM mail
WHERE failed_at IS NOT NULL ORDER BY id DESC LIMIT 50

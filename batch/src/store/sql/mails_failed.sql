-- Bodies carry links that log in: they are told to nobody.
SELECT id, created_at, recipient, subject, due_at, tries, sent_at, failed_at, problem FROM mail
WHERE failed_at IS NOT NULL ORDER BY id DESC

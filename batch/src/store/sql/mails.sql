-- Bodies carry links that log in: they are told to nobody.
SELECT id, created_at, recipient, subject, due_at, tries, sent_at, failed_at, problem FROM mail ORDER BY id DESC LIMIT 100

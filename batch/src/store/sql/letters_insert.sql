-- One mail for one cause, however often it is written.
INSERT INTO mail (cause, recipient, subject, body, html, created_at, due_at)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, ?2, ?2 FROM json_each(?1) WHERE value ->> 1 <> ''
ON CONFLICT (cause) DO NOTHING

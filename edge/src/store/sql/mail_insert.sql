INSERT INTO mail (cause, recipient, subject, body, html, created_at, due_at) SELECT ?1, ?2, ?3, ?4, ?6, ?5, ?5 WHERE ?2 <> ''
ON CONFLICT (cause) DO NOTHING

INSERT INTO mail (cause, recipient, subject, body, created_at, due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT (cause) DO NOTHING

INSERT INTO mail_text (kind, language, subject, body, changed_by, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (kind, language) DO UPDATE SET subject = ?3, body = ?4, changed_by = ?5, changed_at = ?6

INSERT INTO branding (details, changed_by, changed_at) VALUES (?1, ?2, ?3)

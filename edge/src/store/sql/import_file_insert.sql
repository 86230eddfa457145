INSERT INTO import_file (name, kind, text, places, created_by, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)

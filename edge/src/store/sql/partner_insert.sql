INSERT INTO partner (code, name, email, site, phone, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)

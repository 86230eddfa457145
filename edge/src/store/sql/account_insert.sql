INSERT INTO account (email, role, partner_id, language, created_at) VALUES (?1, ?2, ?3, ?4, ?5)

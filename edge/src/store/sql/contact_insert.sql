INSERT INTO contact (email, external_id, name, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING

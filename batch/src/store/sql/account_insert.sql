INSERT INTO account (email, role, partner_id, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING

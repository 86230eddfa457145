INSERT INTO erasing (email, secret, pseudonym, begun_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING

INSERT INTO api_key (hash, name, created_at, scopes, partner_id) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (hash) DO NOTHING

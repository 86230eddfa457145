INSERT INTO api_key (hash, name, created_at) VALUES (?1, ?2, ?3) ON CONFLICT (hash) DO NOTHING

INSERT INTO session (hash, account_id, created_at, seen_at, by_link) VALUES (?1, ?2, ?3, ?3, ?4) ON CONFLICT (hash) DO NOTHING

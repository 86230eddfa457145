INSERT INTO program (code, name, currency) VALUES (?1, ?2, ?3) ON CONFLICT (code) DO UPDATE SET name = excluded.name

INSERT INTO orders (external_id) VALUES (?1) ON CONFLICT (external_id) DO NOTHING

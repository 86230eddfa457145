INSERT INTO order_alias (source, name, order_name) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING

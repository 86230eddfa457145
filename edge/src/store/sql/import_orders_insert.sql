INSERT INTO orders (external_id) SELECT value ->> 'order' FROM json_each(?1) WHERE true
ON CONFLICT (external_id) DO NOTHING

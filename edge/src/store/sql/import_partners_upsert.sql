INSERT INTO partner (code, name, email, created_at)
SELECT value ->> 'code', value ->> 'name', value ->> 'email', ?2 FROM json_each(?1) WHERE true
ON CONFLICT (code) DO UPDATE SET name = excluded.name, email = excluded.email
WHERE name <> excluded.name OR email <> excluded.email

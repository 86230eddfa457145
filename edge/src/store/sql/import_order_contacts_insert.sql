INSERT INTO contact (email, external_id, name, created_at)
SELECT value ->> 'email', value ->> 'external_id', value ->> 'name', value ->> 'received_at'
FROM json_each(?1) WHERE value ->> 'email' IS NOT NULL OR value ->> 'external_id' IS NOT NULL
ON CONFLICT DO NOTHING

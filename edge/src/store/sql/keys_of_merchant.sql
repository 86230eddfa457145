-- The merchant's own keys that open something, the newest first.
SELECT name, scopes, created_at FROM api_key
WHERE partner_id IS NULL AND revoked_at IS NULL ORDER BY created_at DESC, name LIMIT 500

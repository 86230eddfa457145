-- A partner's keys that open something, the newest first.
SELECT name, created_at FROM api_key WHERE partner_id = ?1 AND revoked_at IS NULL ORDER BY created_at DESC, name

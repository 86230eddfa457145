UPDATE api_key SET revoked_at = ?2 WHERE partner_id IS NULL AND name = ?1 AND revoked_at IS NULL

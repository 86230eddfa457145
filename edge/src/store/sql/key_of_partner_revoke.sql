UPDATE api_key SET revoked_at = ?3 WHERE partner_id = ?1 AND name = ?2 AND revoked_at IS NULL

SELECT 1 AS one FROM api_key WHERE hash = ?1 AND revoked_at IS NULL

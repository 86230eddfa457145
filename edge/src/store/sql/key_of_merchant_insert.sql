-- A key of the merchant's, if he has none of the name.
INSERT INTO api_key (hash, name, created_at, scopes)
SELECT ?1, ?2, ?3, ?4
WHERE NOT EXISTS (SELECT 1 FROM api_key WHERE partner_id IS NULL AND name = ?2 AND revoked_at IS NULL)

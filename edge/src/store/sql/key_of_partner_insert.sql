-- A key that reads what is a partner's, if he has none of the name.
INSERT INTO api_key (hash, name, created_at, scopes, partner_id)
SELECT ?1, ?2, ?3, 'read', ?4
WHERE NOT EXISTS (SELECT 1 FROM api_key WHERE partner_id = ?4 AND name = ?2 AND revoked_at IS NULL)

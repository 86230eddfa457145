SELECT api_key.name AS name, api_key.scopes AS scopes, api_key.partner_id AS partner_id, partner.code AS partner
FROM api_key LEFT JOIN partner ON partner.id = api_key.partner_id
WHERE api_key.hash = ?1 AND api_key.revoked_at IS NULL

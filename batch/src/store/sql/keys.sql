-- Keys are few: all of them.
SELECT api_key.name AS name, api_key.scopes AS scopes, partner.code AS partner, api_key.created_at AS created_at,
  api_key.revoked_at AS revoked_at
FROM api_key LEFT JOIN partner ON partner.id = api_key.partner_id ORDER BY api_key.created_at, api_key.name

-- What pages ask for that nothing was found by so far.

-- The merchant's own API keys that open something, for the page "People".
CREATE INDEX api_key_of_merchant ON api_key (created_at) WHERE partner_id IS NULL AND revoked_at IS NULL;

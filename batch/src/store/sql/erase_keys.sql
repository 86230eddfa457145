-- What his programs read with opens nothing any more, and no name of a key says who he was.
UPDATE api_key SET name = 'erased', revoked_at = coalesce(revoked_at, ?2) WHERE partner_id = ?1

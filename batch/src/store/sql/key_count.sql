SELECT count(*) FROM api_key WHERE name = ?1

SELECT request_hash, body FROM api_answer WHERE key_hash = ?1 AND name = ?2

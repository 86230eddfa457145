DELETE FROM api_answer WHERE created_at < ?1

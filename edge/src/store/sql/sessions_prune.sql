DELETE FROM session WHERE created_at < ?1

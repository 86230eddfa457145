DELETE FROM hook_delivery WHERE coalesce(sent_at, failed_at) < ?1 AND coalesce(sent_at, failed_at) IS NOT NULL

UPDATE account SET password = NULL, closed_at = coalesce(closed_at, ?2) WHERE email = ?1

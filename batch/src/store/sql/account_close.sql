UPDATE account SET closed_at = ?2 WHERE email = ?1 AND closed_at IS NULL

SELECT 1 AS one FROM login_link WHERE hash = ?1 AND used_at IS NULL AND until > ?2

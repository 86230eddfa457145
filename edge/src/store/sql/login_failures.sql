SELECT count(*) AS failures FROM login_failure WHERE name = ?1 AND at > ?2

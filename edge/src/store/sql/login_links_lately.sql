SELECT count(*) AS links FROM login_link WHERE account_id = ?1 AND made_at > ?2

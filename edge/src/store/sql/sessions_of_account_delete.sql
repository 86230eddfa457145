DELETE FROM session WHERE account_id = ?1 AND hash <> ?2

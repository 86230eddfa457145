DELETE FROM session WHERE account_id = (SELECT id FROM account WHERE email = ?1)

DELETE FROM login_link WHERE account_id = (SELECT id FROM account WHERE email = ?1)

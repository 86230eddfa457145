DELETE FROM login_link WHERE moves_to = ?1 OR account_id = (SELECT id FROM account WHERE email = ?1)

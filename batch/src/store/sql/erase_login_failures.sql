DELETE FROM login_failure WHERE name = ?1

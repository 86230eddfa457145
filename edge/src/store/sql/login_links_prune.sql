DELETE FROM login_link WHERE until < ?1

-- A scan, as of sessions.
DELETE FROM login_link WHERE until < ?1

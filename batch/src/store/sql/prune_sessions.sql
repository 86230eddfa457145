-- A scan: a handful of people are logged in.
DELETE FROM session WHERE created_at < ?1

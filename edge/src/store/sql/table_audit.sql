SELECT id AS key, at, who, what, subject, before, after FROM audit WHERE id > ?1 ORDER BY id LIMIT ?2

SELECT id, at, who, what, subject, before, after FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2

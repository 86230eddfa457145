INSERT INTO login_failure (name, at, id)
SELECT ?1, ?2, coalesce(max(id), 0) + 1 FROM login_failure WHERE name = ?1 AND at = ?2

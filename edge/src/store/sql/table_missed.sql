SELECT code AS key, code, hits, first_at, last_at FROM missed_code WHERE code > ?1 ORDER BY code LIMIT ?2

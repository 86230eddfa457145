INSERT INTO merchant (details, changed_by, changed_at)
SELECT ?1, ?2, ?3 WHERE ?1 IS NOT (SELECT details FROM merchant ORDER BY id DESC LIMIT 1)

-- Whether ?2 is ?1 or stands above it now (at ?3).
WITH RECURSIVE above (id, depth) AS (
  SELECT ?1, 0
  UNION
  SELECT (
    SELECT terms ->> '$.parent' FROM partner_version
    WHERE partner_id = above.id AND valid_from <= ?3 ORDER BY valid_from DESC LIMIT 1
  ), depth + 1 FROM above WHERE above.id IS NOT NULL AND depth < 65
)
SELECT max(id = ?2) AS found, max(depth) AS depth FROM above WHERE id IS NOT NULL

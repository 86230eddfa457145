-- A merchant has a few programs.
SELECT kind, text, places, done_at, new_count, known_count, bad_count,
  (SELECT currency FROM program ORDER BY id LIMIT 1) AS currency
FROM import_file WHERE name = ?1

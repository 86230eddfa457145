SELECT kind, text, places, done_at, new_count, known_count, bad_count,
  (SELECT currency FROM program WHERE id = (SELECT min(id) FROM program)) AS currency
FROM import_file WHERE name = ?1

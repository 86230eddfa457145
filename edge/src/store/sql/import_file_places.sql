UPDATE import_file SET places = ?2 WHERE name = ?1 AND done_at IS NULL

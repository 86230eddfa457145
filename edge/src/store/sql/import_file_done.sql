UPDATE import_file SET done_at = ?2, new_count = ?3, known_count = ?4, bad_count = ?5 WHERE name = ?1 AND done_at IS NULL

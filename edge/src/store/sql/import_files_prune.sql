DELETE FROM import_file WHERE created_at < ?1

UPDATE decision SET steps = ?2 WHERE id = ?1

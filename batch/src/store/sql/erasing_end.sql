DELETE FROM erasing WHERE email = ?1

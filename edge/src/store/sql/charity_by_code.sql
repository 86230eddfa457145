SELECT id FROM charity WHERE code = ?1

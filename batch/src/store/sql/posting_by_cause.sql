SELECT id FROM posting WHERE cause = ?1

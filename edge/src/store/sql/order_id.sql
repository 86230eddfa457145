SELECT id FROM orders WHERE external_id = ?1

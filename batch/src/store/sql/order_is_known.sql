SELECT id FROM orders WHERE external_id = ?1 AND revision > 0

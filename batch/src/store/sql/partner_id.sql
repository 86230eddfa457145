SELECT id FROM partner WHERE code = ?1

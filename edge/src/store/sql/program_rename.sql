UPDATE program SET name = ?2 WHERE code = ?1

SELECT id, code AS name FROM partner WHERE id IN (SELECT value FROM json_each(?1))

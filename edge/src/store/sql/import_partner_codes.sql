SELECT code AS name, '' AS value FROM partner WHERE code IN (SELECT value FROM json_each(?1))

SELECT id, code, name, email FROM partner ORDER BY id

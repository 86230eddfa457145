SELECT id, code, name, currency FROM program ORDER BY id

SELECT id, code FROM link ORDER BY id

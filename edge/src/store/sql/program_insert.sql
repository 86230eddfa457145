INSERT INTO program (code, name, currency) VALUES (?1, ?2, ?3)

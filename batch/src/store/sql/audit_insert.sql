INSERT INTO audit (at, who, what, subject, after) VALUES (?1, 'command line', ?2, ?3, ?4)

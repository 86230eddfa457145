INSERT INTO audit (at, who, what, subject, before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6)

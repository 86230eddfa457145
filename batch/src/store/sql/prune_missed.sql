-- A scan: the table holds one row for each misspelt code.
DELETE FROM missed_code WHERE last_at < ?1

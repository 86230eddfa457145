-- Asked of every column of `text_columns.sql`, in place of these names. A scan on purpose: wherever it stands.
SELECT DISTINCT "name" AS value FROM "contact" WHERE instr(lower("name"), ?1) > 0

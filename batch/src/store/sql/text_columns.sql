-- Every column of text that may hold what people wrote. Clicks, touches and transfers hold none, and are the largest.
SELECT list.name AS table_name, field.name AS column_name
FROM sqlite_master AS list JOIN pragma_table_info(list.name) AS field
WHERE list.type = 'table' AND field.type = 'TEXT'
  AND substr(list.name, 1, 7) <> 'sqlite_' AND substr(list.name, 1, 4) <> '_cf_'
  AND list.name NOT IN ('d1_migrations', 'erasing', 'click', 'touch', 'transfer', 'event_group', 'lease')
ORDER BY list.name, field.name

-- Every table that may hold what people wrote, as it was made: D1 answers no questions about columns (SQLITE_AUTH). Clicks,
-- touches and transfers hold no such thing, and are the largest.
SELECT name, sql FROM sqlite_master
WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' AND substr(name, 1, 4) <> '_cf_'
  AND name NOT IN ('d1_migrations', 'erasing', 'click', 'touch', 'transfer', 'event_group', 'lease')
ORDER BY name

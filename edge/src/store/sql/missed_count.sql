SELECT count(*) AS missed FROM (SELECT 1 FROM missed_code LIMIT 1000)

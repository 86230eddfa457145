SELECT target, count(*) AS links FROM link WHERE active = 1 GROUP BY target ORDER BY links DESC, target LIMIT 1000

-- Page views from day ?1 until before day ?2, by what is asked for (?3).
SELECT CASE ?3 WHEN 'partner' THEN partner_id WHEN 'referrer' THEN referrer WHEN 'utm' THEN utm ELSE day END AS what,
  sum(hits) AS count
FROM visit WHERE day >= ?1 AND day < ?2
GROUP BY what

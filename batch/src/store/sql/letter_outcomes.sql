SELECT outcome, count(*) AS orders FROM decision WHERE id BETWEEN ?1 AND ?2 GROUP BY outcome

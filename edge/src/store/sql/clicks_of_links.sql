-- Clicks that are kept one by one, and those of days that are only counted: no day is both.
SELECT link_id, sum(clicks) AS clicks
FROM (
  SELECT click.link_id AS link_id, count(*) AS clicks
  FROM json_each(?1) AS asked CROSS JOIN click ON click.link_id = asked.value
  WHERE click.uncounted = ''
  GROUP BY click.link_id
  UNION ALL
  SELECT old.link_id, sum(old.clicks)
  FROM json_each(?1) AS asked CROSS JOIN click_day AS old ON old.link_id = asked.value
  GROUP BY old.link_id
) AS entry
GROUP BY link_id

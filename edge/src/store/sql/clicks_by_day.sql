-- Link by link, from its newest hours: a click is one client on one link in one hour.
WITH RECURSIVE known (link_id) AS (
  SELECT min(link_id) FROM click
  UNION ALL
  SELECT (SELECT min(link_id) FROM click WHERE click.link_id > known.link_id) FROM known WHERE known.link_id IS NOT NULL
)
SELECT click.hour / 24 AS day, count(*) AS clicks
FROM known CROSS JOIN click ON click.link_id = known.link_id AND click.hour >= ?1
WHERE click.uncounted = ''
GROUP BY click.hour / 24

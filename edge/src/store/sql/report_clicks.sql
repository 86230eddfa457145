-- Clicks that counted from hour ?1 until before hour ?2, by what is asked for (?3): of the links of ?4, or, where that is
-- nothing, of all. Link by link, as in clicks_by_day.sql.
WITH RECURSIVE known (link_id) AS (
  SELECT min(link_id) FROM click WHERE ?4 IS NULL
  UNION ALL
  SELECT (SELECT min(link_id) FROM click WHERE click.link_id > known.link_id) FROM known WHERE known.link_id IS NOT NULL
)
SELECT CASE ?3
    WHEN 'partner' THEN click.partner_id WHEN 'country' THEN coalesce(click.country, '') WHEN 'referrer' THEN click.referrer
    WHEN 'device' THEN click.device WHEN 'sub_id' THEN click.sub_id WHEN 'month' THEN click.hour / 24 ELSE click.link_id
  END AS what, count(*) AS count
FROM (SELECT link_id FROM known UNION ALL SELECT value FROM json_each(?4)) AS entry
CROSS JOIN click ON click.link_id = entry.link_id AND click.hour >= ?1 AND click.hour < ?2
WHERE click.uncounted = ''
GROUP BY what

-- In a period (?2 up to ?3), of these links: a click is one client on one link in one hour.
SELECT click.link_id AS link_id, count(*) AS clicks
FROM json_each(?1) AS asked CROSS JOIN click ON click.link_id = asked.value AND click.hour BETWEEN CAST(?2 / 3600 AS INTEGER) AND CAST(?3 / 3600 AS INTEGER)
WHERE click.uncounted = '' AND click.first_at >= ?2 AND click.first_at < ?3
GROUP BY click.link_id

SELECT click.hour / 24 AS day, count(*) AS clicks
FROM json_each(?1) AS asked CROSS JOIN click ON click.link_id = asked.value AND click.hour >= ?2
WHERE click.uncounted = ''
GROUP BY click.hour / 24

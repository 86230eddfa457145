SELECT click.link_id AS link_id, count(*) AS clicks
FROM json_each(?1) AS asked CROSS JOIN click ON click.link_id = asked.value
WHERE click.uncounted = ''
GROUP BY click.link_id

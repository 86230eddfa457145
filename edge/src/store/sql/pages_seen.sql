SELECT page.host, page.path FROM json_each(?1) AS asked
JOIN page ON page.host = asked.value ->> 0 AND page.path = asked.value ->> 1

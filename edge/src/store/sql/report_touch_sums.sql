-- A piece of report_touches.sql (?1), by what its clicks said of themselves (?2). An event table: it meets no other here.
SELECT CASE ?2 WHEN 'device' THEN coalesce(touch.device, '') ELSE coalesce(touch.sub_id, '') END AS what,
  asked.value ->> 1 AS currency, sum(asked.value ->> 2) AS commission_minor, sum(asked.value ->> 3) AS orders
FROM json_each(?1) AS asked LEFT JOIN touch ON touch.id = asked.value ->> 0
GROUP BY what, currency

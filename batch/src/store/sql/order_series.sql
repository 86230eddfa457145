-- All orders of the series asked for, with what they are folded from.
SELECT page.series, page.id, page.external_id, page.decided_revision, event.id AS arrival, event.source, event.at, event.body
FROM (
  SELECT order_series.series, orders.id, orders.external_id, orders.decided_revision
  FROM json_each(?1) AS asked
  JOIN order_series ON order_series.series = asked.value
  JOIN orders ON orders.id = order_series.order_id
) AS page
JOIN order_event AS event ON event.order_id = page.id
ORDER BY page.series, page.id, event.id

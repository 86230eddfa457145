-- Orders that are known as a file says them: by the last file that spoke of that status.
SELECT event.value ->> 'order' AS name, '' AS value
FROM json_each(?1) AS event JOIN orders ON orders.external_id = event.value ->> 'order'
WHERE event.value ->> 'hash' IS (
  SELECT last.body_hash FROM order_event AS last
  WHERE last.order_id = orders.id AND last.source = 'csv' AND last.body ->> 'status' = event.value ->> 'status'
  ORDER BY last.id DESC LIMIT 1
)

SELECT json_object('order', orders.external_id, 'source', event.source,
  'at', strftime('%Y-%m-%dT%H:%M:%SZ', event.at, 'unixepoch'), 'event', json(event.body)) AS said
FROM json_each(?1) AS mine CROSS JOIN orders ON orders.id = mine.value JOIN order_event AS event ON event.order_id = orders.id
ORDER BY event.id

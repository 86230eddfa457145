SELECT delivery.id AS key, delivery.event_id AS event_id, delivery.kind AS kind, delivery.at AS at, endpoint.url AS url,
  delivery.tries AS tries, delivery.status AS status, delivery.millis AS millis, delivery.answer AS answer,
  delivery.sent_at AS sent_at, delivery.failed_at AS failed_at
FROM hook_delivery AS delivery CROSS JOIN hook_endpoint AS endpoint ON endpoint.id = delivery.endpoint_id
WHERE delivery.id > ?1 ORDER BY delivery.id LIMIT ?2

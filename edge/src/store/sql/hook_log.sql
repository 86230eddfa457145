-- The newest first, before ?1.
SELECT delivery.id AS id, delivery.event_id AS event_id, delivery.kind AS kind, delivery.at AS at, endpoint.url AS url,
  CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN failed_at IS NOT NULL THEN 'failed' ELSE 'waiting' END AS state,
  delivery.tries || ' × ' || coalesce(status || ', ' || millis || ' ms ' || answer, '') AS answer
FROM hook_delivery AS delivery CROSS JOIN hook_endpoint AS endpoint ON endpoint.id = delivery.endpoint_id
WHERE delivery.id < ?1
ORDER BY delivery.id DESC LIMIT ?2

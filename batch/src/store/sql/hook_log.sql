-- The newest hundred; ?1 is 1 for those alone that were given up.
SELECT delivery.id, delivery.endpoint_id, delivery.event_id, delivery.kind, delivery.at, delivery.due_at, delivery.tries,
  delivery.sent_at, delivery.failed_at, delivery.status, delivery.answer
FROM hook_delivery AS delivery
WHERE ?1 = 0 OR delivery.failed_at IS NOT NULL
ORDER BY delivery.id DESC LIMIT 100

SELECT orders.id AS id, orders.external_id AS external_id, orders.latest_event_at AS at, orders.revision AS revision,
  orders.decided_revision AS decided_revision, decision.outcome AS outcome, partner.code AS partner,
  (SELECT body FROM order_event WHERE order_event.order_id = orders.id AND body ->> '$.kind' = 'order'
    ORDER BY body ->> '$.status' = 'pending', order_event.id DESC LIMIT 1) AS body
FROM decision INDEXED BY decision_held
JOIN orders ON orders.id = decision.order_id AND orders.decided_revision = decision.revision
LEFT JOIN partner ON partner.id = decision.partner_id
WHERE decision.outcome = 'held' AND decision.order_id < ?1
ORDER BY decision.order_id DESC LIMIT ?2

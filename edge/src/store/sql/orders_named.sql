-- By the whole name, or by how it begins; after the name ?4.
SELECT orders.id AS id, orders.external_id AS external_id, orders.latest_event_at AS at, orders.revision AS revision,
  orders.decided_revision AS decided_revision, decision.outcome AS outcome, partner.code AS partner,
  (SELECT body FROM order_event WHERE order_event.order_id = orders.id AND body ->> '$.kind' = 'order'
    ORDER BY body ->> '$.status' = 'pending', order_event.id DESC LIMIT 1) AS body
FROM orders
LEFT JOIN decision ON decision.order_id = orders.id AND decision.revision = orders.decided_revision
LEFT JOIN partner ON partner.id = decision.partner_id
WHERE orders.external_id >= ?1 AND orders.external_id < ?2 AND orders.external_id > ?4
ORDER BY orders.external_id LIMIT ?3

-- The newest first; an order's own number is its key. Names of events are read for a page alone.
SELECT page.id AS id, page.external_id AS external_id, page.latest_event_at AS at, page.revision AS revision,
  page.decided_revision AS decided_revision, decision.outcome AS outcome, partner.code AS partner,
  (SELECT body FROM order_event WHERE order_event.order_id = page.id AND body ->> '$.kind' = 'order'
    ORDER BY body ->> '$.status' = 'pending', order_event.id DESC LIMIT 1) AS body
FROM (SELECT * FROM orders WHERE id < ?1 ORDER BY id DESC LIMIT ?2) AS page
LEFT JOIN decision ON decision.order_id = page.id AND decision.revision = page.decided_revision
LEFT JOIN partner ON partner.id = decision.partner_id
ORDER BY page.id DESC

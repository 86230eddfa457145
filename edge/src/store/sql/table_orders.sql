SELECT page.id AS key, page.external_id AS order_name, page.latest_event_at AS at, page.body ->> '$.status' AS status,
  (SELECT sum(line.value ->> '$.net_minor') FROM json_each(page.body, '$.lines') AS line) AS net_minor,
  page.body ->> '$.currency' AS currency, decision.outcome AS outcome, decision.evidence AS evidence, partner.code AS partner
FROM (
  SELECT id, external_id, latest_event_at, decided_revision, (
    SELECT body FROM order_event WHERE order_event.order_id = orders.id AND body ->> '$.kind' = 'order'
    ORDER BY order_event.id DESC LIMIT 1
  ) AS body
  FROM orders WHERE id > ?1 ORDER BY id LIMIT ?2
) AS page
LEFT JOIN decision ON decision.order_id = page.id AND decision.revision = page.decided_revision
LEFT JOIN partner ON partner.id = decision.partner_id
ORDER BY page.id

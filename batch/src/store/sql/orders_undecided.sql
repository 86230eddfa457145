SELECT page.id, page.external_id, page.decided_revision, event.id AS arrival, event.source, event.at, event.body
FROM (
  SELECT id, external_id, decided_revision FROM orders INDEXED BY orders_undecided
  WHERE decided_revision < revision AND latest_event_at <= ?3 AND id > ?1
  ORDER BY id LIMIT ?2
) AS page
JOIN order_event AS event ON event.order_id = page.id
ORDER BY page.id, event.id

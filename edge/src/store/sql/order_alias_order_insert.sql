-- The order itself, if something came under its second name before it.
INSERT INTO orders (external_id)
SELECT ?3 WHERE EXISTS (
  SELECT 1 FROM orders JOIN order_event AS event ON event.order_id = orders.id
  WHERE orders.external_id = ?2 AND event.source = ?1
)
ON CONFLICT (external_id) DO NOTHING

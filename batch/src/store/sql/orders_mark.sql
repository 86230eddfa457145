UPDATE orders SET decided_revision = decided.revision
FROM (SELECT order_id, max(revision) AS revision FROM decision WHERE id BETWEEN ?1 AND ?2 GROUP BY order_id) AS decided
WHERE orders.id = decided.order_id AND orders.decided_revision < decided.revision
  AND EXISTS (SELECT 1 FROM lease WHERE name = 'ledger' AND token = ?3)

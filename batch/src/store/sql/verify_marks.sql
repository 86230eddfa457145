SELECT 'order ' || orders.external_id, 'revision ' || orders.decided_revision || ' is marked, and has no decision'
FROM orders LEFT JOIN decision ON decision.order_id = orders.id AND decision.revision = orders.decided_revision
WHERE orders.decided_revision > 0 AND decision.id IS NULL
LIMIT 1000

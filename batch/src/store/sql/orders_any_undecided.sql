-- By name: after `PRAGMA optimize` the planner would rather read all orders.
SELECT 1 FROM orders INDEXED BY orders_undecided WHERE decided_revision < revision AND latest_event_at <= ?1 LIMIT 1

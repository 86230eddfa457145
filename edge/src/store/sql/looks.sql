-- What needs somebody's look, as counts; none reads a growing table whole.
SELECT
  (SELECT count(*) FROM decision INDEXED BY decision_held JOIN orders ON orders.id = decision.order_id
    WHERE decision.outcome = 'held' AND orders.decided_revision = decision.revision) AS held,
  (SELECT count(*) FROM mail WHERE failed_at IS NOT NULL) AS mail,
  (SELECT count(*) FROM (SELECT 1 FROM hook_delivery WHERE failed_at IS NOT NULL LIMIT 1000)) AS untold,
  (SELECT count(*) FROM hook_endpoint WHERE partner_id IS NULL AND (paused_at IS NOT NULL OR failed_rounds > 0)) AS deaf,
  (SELECT count(*) FROM program) AS programs

-- What needs somebody's look, as counts; none reads a growing table whole.
SELECT
  (SELECT count(*) FROM decision INDEXED BY decision_held JOIN orders ON orders.id = decision.order_id
    WHERE decision.outcome = 'held' AND orders.decided_revision = decision.revision) AS held,
  (SELECT count(*) FROM mail WHERE failed_at IS NOT NULL) AS mail,
  (SELECT count(*) FROM program) AS programs

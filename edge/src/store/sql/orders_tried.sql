-- Orders that carried a touch of a partner (?1: his row, ?2: his account) and were decided otherwise: the newest of ?5 touches
-- before the one of ?3 and ?4. An order that pays him in any tier is not among them.
SELECT tried.at AS at, tried.source AS source, orders.external_id AS order_name, decision.outcome AS outcome,
  decision.partner_id IS NOT NULL AS is_anothers, decision.id IS NOT NULL AND (decision.outcome <> 'credited'
    OR decision.partner_id IS NOT ?1 AND NOT EXISTS (
      SELECT 1 FROM transfer WHERE transfer.id BETWEEN decision.id * 64 AND decision.id * 64 + 63 AND transfer.credit = ?2
    )) AS is_shown
FROM (
  SELECT DISTINCT at, source FROM contact_touch
  WHERE partner_id = ?1 AND bound_by = 'touch' AND (at, source) < (?3, ?4)
  ORDER BY at DESC, source DESC LIMIT ?5
) AS tried
LEFT JOIN orders ON orders.external_id = substr(tried.source, 7) AND substr(tried.source, 1, 6) = 'order '
LEFT JOIN decision ON decision.order_id = orders.id AND decision.revision = orders.decided_revision
ORDER BY tried.at DESC, tried.source DESC

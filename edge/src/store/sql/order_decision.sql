SELECT decision.outcome AS outcome, decision.evidence AS evidence, decision.steps AS steps, decision.decided_at AS decided_at,
  decision.revision AS revision, partner.code AS partner
FROM orders
JOIN decision ON decision.order_id = orders.id
LEFT JOIN partner ON partner.id = decision.partner_id
WHERE orders.external_id = ?1 ORDER BY decision.revision DESC LIMIT 1

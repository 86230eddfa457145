-- What is left of commission whose hold is over, once, before it is told: what was taken back meanwhile is not.
UPDATE hook_delivery
SET facts = json_set(facts, '$.amount_minor', (
  SELECT coalesce(sum(iif(transfer.kind = 'accrual', transfer.amount_minor, -transfer.amount_minor)), 0)
  FROM orders
  CROSS JOIN decision ON decision.order_id = orders.id
  CROSS JOIN transfer ON transfer.id BETWEEN decision.id * 64 AND decision.id * 64 + 63
  WHERE orders.external_id = facts ->> '$.order' AND transfer.kind IN ('accrual', 'reversal')
    AND transfer.currency = facts ->> '$.currency' AND transfer.payable_from = facts ->> '$.payable_from'
    AND (SELECT id * 8 + 2 FROM partner WHERE code = facts ->> '$.partner') IN (transfer.credit, transfer.debit)
))
WHERE due_at <= ?1 AND sent_at IS NULL AND failed_at IS NULL AND kind = 'accrual.payable' AND facts ->> '$.amount_minor' IS NULL

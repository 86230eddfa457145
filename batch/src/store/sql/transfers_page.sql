-- In order of writing. A transfer of no order is a payout's, a return's or an adjustment's.
SELECT transfer.id, orders.external_id, decision.revision, transfer.debit, transfer.credit, transfer.amount_minor,
  transfer.currency, transfer.kind, transfer.tier, transfer.payable_from, transfer.created_at
FROM transfer
LEFT JOIN decision ON decision.id = transfer.id / 64
LEFT JOIN orders ON orders.id = decision.order_id
WHERE transfer.id > ?1 ORDER BY transfer.id LIMIT ?2

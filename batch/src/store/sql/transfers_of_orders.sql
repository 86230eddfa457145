SELECT decision.order_id, transfer.debit, transfer.credit, transfer.amount_minor, transfer.currency, transfer.kind,
  transfer.tier, transfer.payable_from
FROM decision
JOIN transfer ON transfer.id BETWEEN decision.id * 64 AND decision.id * 64 + 63
WHERE decision.order_id IN (SELECT value FROM json_each(?1))
ORDER BY transfer.id

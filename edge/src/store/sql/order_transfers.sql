-- Decisions first, and of each its own piece of the ledger.
SELECT transfer.debit AS debit, transfer.credit AS credit, transfer.amount_minor AS amount_minor, transfer.currency AS currency,
  transfer.kind AS kind, transfer.tier AS tier, transfer.payable_from AS payable_from, transfer.created_at AS created_at,
  coalesce(debited.code, credited.code, 'charity:' || charity.code, '') AS receiver
FROM orders
CROSS JOIN decision ON decision.order_id = orders.id
CROSS JOIN transfer ON transfer.id BETWEEN decision.id * 64 AND decision.id * 64 + 63
LEFT JOIN partner AS credited ON transfer.credit % 8 = 2 AND credited.id = transfer.credit / 8
LEFT JOIN partner AS debited ON transfer.debit % 8 = 2 AND debited.id = transfer.debit / 8
LEFT JOIN charity ON charity.id = CASE WHEN transfer.credit % 8 = 3 THEN transfer.credit / 8 WHEN transfer.debit % 8 = 3 THEN transfer.debit / 8 END
WHERE orders.external_id = ?1 ORDER BY transfer.id

-- What came into an account (?1) and went out of it from ?2 until before ?3, with what it was for.
SELECT entry.id, entry.created_at, entry.kind, entry.tier, entry.amount, entry.currency, entry.payable_from, orders.external_id, (
    SELECT order_event.body ->> '$.customer.email' FROM order_event
    WHERE order_event.order_id = orders.id AND order_event.body ->> '$.customer.email' IS NOT NULL
    ORDER BY order_event.id DESC LIMIT 1
  ) AS buyer, posting.reason, posting.payout_id
FROM (
  SELECT id, created_at, kind, tier, amount_minor AS amount, currency, payable_from FROM transfer
  WHERE credit = ?1 AND credit % 8 IN (2, 3)
  UNION ALL
  SELECT id, created_at, kind, tier, -amount_minor, currency, payable_from FROM transfer
  WHERE debit = ?1 AND debit % 8 IN (2, 3)
) AS entry
LEFT JOIN decision ON decision.id = entry.id / 64
LEFT JOIN orders ON orders.id = decision.order_id
LEFT JOIN posting ON posting.id = entry.id / 64
WHERE entry.created_at >= ?2 AND entry.created_at < ?3
ORDER BY entry.created_at, entry.id

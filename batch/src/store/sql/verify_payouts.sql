-- A confirmed payout is booked once, for its amount, from its account; one that came back is booked back; others are not.
SELECT 'payout ' || payout.id, payout.state || ', but ' || coalesce(sum(transfer.amount_minor * CASE transfer.kind WHEN 'payout' THEN 1 ELSE -1 END), 0)
  || ' of ' || payout.amount_minor || ' minor units are booked'
FROM payout
LEFT JOIN posting ON posting.payout_id = payout.id
LEFT JOIN transfer ON transfer.id BETWEEN posting.id * 64 AND posting.id * 64 + 63
  AND payout.account IN (transfer.debit, transfer.credit) AND transfer.currency = payout.currency
GROUP BY payout.id
HAVING coalesce(sum(transfer.amount_minor * CASE transfer.kind WHEN 'payout' THEN 1 ELSE -1 END), 0)
  <> CASE payout.state WHEN 'confirmed' THEN payout.amount_minor ELSE 0 END
LIMIT 1000

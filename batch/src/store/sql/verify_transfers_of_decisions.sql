SELECT 'decision ' || decision.id, 'transfer ' || part.key || ' is missing or another'
FROM decision JOIN orders ON orders.id = decision.order_id AND orders.decided_revision >= decision.revision,
  json_each(decision.transfers) AS part
LEFT JOIN transfer ON transfer.id = decision.id * 64 + part.key
WHERE transfer.id IS NULL OR transfer.debit <> part.value ->> 0 OR transfer.credit <> part.value ->> 1
  OR transfer.amount_minor <> part.value ->> 2 OR transfer.currency <> part.value ->> 3 OR transfer.kind <> part.value ->> 4
  OR transfer.tier <> part.value ->> 5 OR transfer.payable_from <> part.value ->> 6
LIMIT 1000

SELECT 'posting ' || posting.id, 'transfer ' || part.key || ' is missing or another'
FROM posting, json_each(posting.transfers) AS part
LEFT JOIN transfer ON transfer.id = posting.id * 64 + part.key
WHERE transfer.id IS NULL OR transfer.debit <> part.value ->> 0 OR transfer.credit <> part.value ->> 1
  OR transfer.amount_minor <> part.value ->> 2 OR transfer.currency <> part.value ->> 3 OR transfer.kind <> part.value ->> 4
LIMIT 1000

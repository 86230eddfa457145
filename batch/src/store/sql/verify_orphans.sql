SELECT 'transfer ' || transfer.id, 'no decision or posting lists it'
FROM transfer
LEFT JOIN decision ON decision.id = transfer.id / 64
LEFT JOIN posting ON posting.id = transfer.id / 64
WHERE transfer.id % 64 >= coalesce(decision.booked, json_array_length(posting.transfers), 0)
LIMIT 1000

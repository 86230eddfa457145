SELECT 'transfer ' || transfer.id, 'no decision lists it'
FROM transfer LEFT JOIN decision ON decision.id = transfer.decision_id
WHERE decision.id IS NULL OR transfer.id / 64 <> decision.id
  OR transfer.id % 64 >= json_array_length(decision.transfers)
LIMIT 1000

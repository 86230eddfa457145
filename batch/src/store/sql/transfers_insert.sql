INSERT INTO transfer (id, debit, credit, amount_minor, currency, kind, tier, payable_from, created_at)
SELECT decision.id * 64 + part.key, part.value ->> 0, part.value ->> 1, part.value ->> 2, part.value ->> 3,
  part.value ->> 4, part.value ->> 5, part.value ->> 6, decision.decided_at
FROM decision, json_each(decision.transfers) AS part
WHERE decision.id BETWEEN ?1 AND ?2 AND EXISTS (SELECT 1 FROM lease WHERE name = 'ledger' AND token = ?3)
ORDER BY decision.id, part.key
ON CONFLICT (id) DO NOTHING

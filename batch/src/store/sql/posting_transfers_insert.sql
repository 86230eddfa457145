INSERT INTO transfer (id, debit, credit, amount_minor, currency, kind, tier, payable_from, created_at)
SELECT posting.id * 64 + part.key, part.value ->> 0, part.value ->> 1, part.value ->> 2, part.value ->> 3,
  part.value ->> 4, part.value ->> 5, part.value ->> 6, posting.at
FROM posting, json_each(posting.transfers) AS part
WHERE posting.id BETWEEN ?1 AND ?2 AND EXISTS (SELECT 1 FROM lease WHERE name = 'ledger' AND token = ?3)
ORDER BY posting.id, part.key
ON CONFLICT (id) DO NOTHING

INSERT INTO run (id, as_of, started_at)
SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM lease WHERE name = 'ledger' AND token = ?1)
ON CONFLICT (id) DO NOTHING

INSERT INTO decision (
  id, order_id, revision, run_id, decided_at, outcome, held, partner_id, evidence, steps, transfers, booked, booked_minor
)
SELECT value ->> 0, value ->> 1, value ->> 2, ?2, ?3, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value -> 7, value -> 8,
  value ->> 9, value ->> 10
FROM json_each(?1)
WHERE EXISTS (SELECT 1 FROM lease WHERE name = 'ledger' AND token = ?2)
ON CONFLICT DO NOTHING

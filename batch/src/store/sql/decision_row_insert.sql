-- With its transfers in the same transaction: they are listed nowhere else.
INSERT INTO decision (
  id, order_id, revision, run_id, decided_at, outcome, held, partner_id, evidence, steps, booked, booked_minor
)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT DO NOTHING

INSERT INTO transfer (id, debit, credit, amount_minor, currency, kind, tier, payable_from, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (id) DO NOTHING

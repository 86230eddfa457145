SELECT id, account, currency, amount_minor, debt_minor, requisites, prepared_by, prepared_at, state, changed_at, changed_by, note
FROM payout WHERE id = ?1

-- ?1: a state, or nothing for all. Those that are prepared are few and have an index.
SELECT id, account, currency, amount_minor, debt_minor, requisites, prepared_by, prepared_at, state, changed_at, changed_by, note
FROM payout WHERE ?1 = '' OR state = ?1 ORDER BY id

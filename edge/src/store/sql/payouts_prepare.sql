-- One open proposal for each balance: the same again adds nothing.
INSERT INTO payout (account, currency, amount_minor, debt_minor, requisites, prepared_by, prepared_at)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 2, value ->> 3, ?2, ?3 FROM json_each(?1) WHERE true ORDER BY key
ON CONFLICT DO NOTHING

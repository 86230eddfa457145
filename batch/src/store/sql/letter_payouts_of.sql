-- Of some payouts (?1: their numbers in JSON).
SELECT posting.cause, payout.account / 8 AS partner_id, payout.amount_minor, payout.currency, payout.requisites ->> '$.method' AS method
FROM posting JOIN payout ON payout.id = posting.payout_id
WHERE posting.payout_id IN (SELECT value FROM json_each(?1)) AND payout.account % 8 = 2 ORDER BY posting.id

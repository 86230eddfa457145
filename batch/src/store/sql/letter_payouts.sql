-- Payouts of partners that were sent or came back.
SELECT posting.cause, payout.account / 8 AS partner_id, payout.amount_minor, payout.currency, payout.requisites ->> '$.method' AS method
FROM posting JOIN payout ON payout.id = posting.payout_id
WHERE posting.id BETWEEN ?1 AND ?2 AND payout.account % 8 = 2 ORDER BY posting.id

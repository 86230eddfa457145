-- Transfers of the postings of payouts (?1, and the latest of account ?2), once.
INSERT INTO transfer (id, debit, credit, amount_minor, currency, kind, tier, payable_from, created_at)
SELECT posting.id * 64 + part.key, part.value ->> 0, part.value ->> 1, part.value ->> 2, part.value ->> 3,
  part.value ->> 4, part.value ->> 5, part.value ->> 6, posting.at
FROM posting, json_each(posting.transfers) AS part
WHERE posting.payout_id IN (SELECT value FROM json_each(?1) UNION ALL SELECT max(id) FROM payout WHERE account = ?2)
ORDER BY posting.id, part.key
ON CONFLICT (id) DO NOTHING

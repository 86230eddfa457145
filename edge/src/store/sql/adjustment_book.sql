INSERT INTO transfer (id, debit, credit, amount_minor, currency, kind, tier, payable_from, created_at)
SELECT posting.id * 64, part.value ->> 0, part.value ->> 1, part.value ->> 2, part.value ->> 3,
  part.value ->> 4, part.value ->> 5, part.value ->> 6, posting.at
FROM posting, json_each(posting.transfers) AS part
WHERE posting.cause = ?1

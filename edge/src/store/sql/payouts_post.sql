-- What becomes of payouts (?1, and the latest of account ?2; ?3: `confirmed` or `failed`), as the batch writes it: the same
-- cause, so that neither does what the other did. Ids of decisions and postings are one sequence.
INSERT INTO posting (id, cause, payout_id, posted_by, reason, at, transfers)
SELECT max(coalesce((SELECT max(id) FROM decision), 0), coalesce((SELECT max(id) FROM posting), 0))
    + row_number() OVER (ORDER BY moved.id),
  'payout/' || moved.id || '/' || ?3, moved.id, ?4, ?5, ?6,
  json_array(json_array(
    iif(?3 = 'confirmed', moved.account, moved.paid), iif(?3 = 'confirmed', moved.paid, moved.account),
    moved.amount_minor, moved.currency, iif(?3 = 'confirmed', 'payout', 'payout_return'), 0, 0
  ))
FROM (
  SELECT id, account, amount_minor, currency,
    CASE requisites ->> '$.method'
      WHEN 'bank' THEN 12 WHEN 'paypal' THEN 20 WHEN 'wise' THEN 28 WHEN 'emoney' THEN 36 WHEN 'cash' THEN 44
    END AS paid
  FROM payout
  WHERE id IN (SELECT value FROM json_each(?1) UNION ALL SELECT max(id) FROM payout WHERE account = ?2)
    AND state = iif(?3 = 'confirmed', 'prepared', 'confirmed')
) AS moved
WHERE true
ON CONFLICT (cause) DO NOTHING

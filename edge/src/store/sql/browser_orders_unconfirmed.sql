-- As the list of orders has them; the newest first.
SELECT id, external_id, reported_at AS at, 0 AS revision, 0 AS decided_revision,
  'reported' AS outcome, NULL AS partner, body
FROM browser_order INDEXED BY browser_order_unconfirmed
WHERE confirmed_at IS NULL AND id < ?1 ORDER BY id DESC LIMIT ?2

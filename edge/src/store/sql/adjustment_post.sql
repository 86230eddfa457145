-- The same again is refused by its cause, and all of the transaction with it.
INSERT INTO posting (id, cause, payout_id, posted_by, reason, at, transfers)
VALUES (
  max(coalesce((SELECT max(id) FROM decision), 0), coalesce((SELECT max(id) FROM posting), 0)) + 1, ?1, NULL, ?2, ?3, ?4, ?5
)

-- Under whichever of his names somebody tries: they count as tries at his address.
SELECT count(*) AS failures FROM login_failure
WHERE at > ?3 AND name = coalesce(
  (SELECT email FROM account WHERE email = ?1),
  (SELECT email FROM account WHERE partner_id = (SELECT id FROM partner WHERE code = ?2)),
  ?1
)

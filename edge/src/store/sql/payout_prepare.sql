-- ?1 to ?7 as the columns; ?8: the account's latest payout as the form knew it. If there is a later one, the form was sent
-- twice or somebody was quicker: the amount becomes nothing, which the table refuses, and all of the transaction with it.
INSERT INTO payout (account, currency, amount_minor, debt_minor, requisites, prepared_by, prepared_at)
VALUES (
  ?1, ?2, CASE WHEN (SELECT coalesce(max(id), 0) FROM payout WHERE account = ?1) = ?8 THEN ?3 END, ?4, ?5, ?6, ?7
)

-- For an account by its e-mail: it may be made in the same transaction.
INSERT INTO login_link (hash, account_id, made_at, until, moves_to)
SELECT ?1, id, ?3, ?4, ?5 FROM account WHERE email = ?2 AND closed_at IS NULL

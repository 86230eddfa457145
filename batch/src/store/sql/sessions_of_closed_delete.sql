DELETE FROM session WHERE account_id IN (SELECT id FROM account WHERE email = ?1 AND closed_at IS NOT NULL)

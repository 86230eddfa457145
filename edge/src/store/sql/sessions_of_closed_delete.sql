DELETE FROM session WHERE account_id = ?1 AND EXISTS (SELECT 1 FROM account WHERE id = ?1 AND closed_at IS NOT NULL)

UPDATE account SET closed_at = ?2 WHERE id = ?1 AND closed_at IS NULL AND role <> 'partner'
  AND (role <> 'owner' OR (SELECT count(*) FROM account WHERE role = 'owner' AND closed_at IS NULL) > 1)

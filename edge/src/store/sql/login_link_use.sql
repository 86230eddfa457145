UPDATE login_link SET used_at = ?2
WHERE hash = ?1 AND used_at IS NULL AND until > ?2
  AND account_id IN (SELECT id FROM account WHERE closed_at IS NULL)
RETURNING account_id

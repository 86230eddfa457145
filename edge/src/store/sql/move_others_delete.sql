-- What was mailed to the address until now opens nothing any more.
DELETE FROM login_link WHERE used_at IS NULL AND hash <> ?1 AND account_id = (
  SELECT link.account_id FROM login_link AS link
  WHERE link.hash = ?1 AND link.used_at IS NULL AND link.until > ?2 AND link.moves_to <> ''
)

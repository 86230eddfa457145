UPDATE account SET email = (SELECT moves_to FROM login_link WHERE hash = ?1)
WHERE id = (
  SELECT link.account_id FROM login_link AS link
  WHERE link.hash = ?1 AND link.used_at IS NULL AND link.until > ?2 AND link.moves_to <> ''
)

-- Whoever follows a link (?1) reads what is sent to his address.
UPDATE account SET confirmed_at = ?2
WHERE confirmed_at IS NULL AND closed_at IS NULL AND id = (
  SELECT link.account_id FROM login_link AS link WHERE link.hash = ?1 AND link.used_at IS NULL AND link.until > ?2
)

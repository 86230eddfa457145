-- A new log-in, or one that was closed, opened again.
INSERT INTO account (email, role, partner_id, language, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (email) DO UPDATE
SET role = excluded.role, partner_id = excluded.partner_id, language = excluded.language, password = NULL, closed_at = NULL,
  -- A log-in that is open is nobody else's: this breaks NOT NULL, and with it the whole change.
  created_at = CASE WHEN account.closed_at IS NULL THEN NULL ELSE account.created_at END

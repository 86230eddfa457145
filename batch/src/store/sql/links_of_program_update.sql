-- A link has the window and the consent of the program that its partner is in now (?3); the next schedule carries the
-- change to KV.
UPDATE link SET window_days = ?2, consent = ?4, revision = revision + 1
WHERE (window_days <> ?2 OR consent <> ?4) AND partner_id IN (
  SELECT version.partner_id FROM partner_version AS version
  WHERE version.terms ->> 'program' = (SELECT id FROM program WHERE code = ?1) AND version.valid_from = (
    SELECT max(current.valid_from) FROM partner_version AS current
    WHERE current.partner_id = version.partner_id AND current.valid_from <= ?3
  )
)

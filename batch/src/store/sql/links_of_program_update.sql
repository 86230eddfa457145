-- The cookie lives as long as the window; the next schedule carries the change to KV.
UPDATE link SET window_days = ?2, revision = revision + 1
WHERE window_days <> ?2 AND partner_id IN (
  SELECT partner_id FROM partner_version WHERE terms ->> 'program' = (SELECT id FROM program WHERE code = ?1)
)

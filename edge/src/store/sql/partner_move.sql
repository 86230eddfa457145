-- A partner (?1) is in another program (?2) from now (?3) on; what is planned for later stays, and is in it as well.
INSERT INTO partner_version (partner_id, valid_from, terms, changed_by, created_at)
SELECT partner_id, max(valid_from, ?3), json_set(terms, '$.program', CAST(?2 AS INTEGER)), ?4, ?3 FROM partner_version
WHERE partner_id = ?1 AND valid_from >= (
  SELECT max(valid_from) FROM partner_version WHERE partner_id = ?1 AND valid_from <= ?3
)
ON CONFLICT (partner_id, valid_from) DO UPDATE
SET terms = excluded.terms, changed_by = excluded.changed_by, created_at = excluded.created_at

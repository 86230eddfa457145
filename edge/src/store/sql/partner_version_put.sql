-- Of a partner by his code: he may be made in the same transaction.
INSERT INTO partner_version (partner_id, valid_from, terms, changed_by, created_at)
SELECT id, ?2, ?3, ?4, ?5 FROM partner WHERE code = ?1
ON CONFLICT (partner_id, valid_from) DO UPDATE
SET terms = excluded.terms, changed_by = excluded.changed_by, created_at = excluded.created_at

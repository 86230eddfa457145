-- By code: partners, and who stands above them, may be made in the same transaction.
INSERT INTO partner_version (partner_id, valid_from, terms, changed_by, created_at)
SELECT partner.id, version.value ->> 'valid_from',
  CASE WHEN version.value ->> 'parent' IS NULL THEN version.value -> 'terms'
  ELSE json_set(version.value -> 'terms', '$.parent', (SELECT id FROM partner WHERE code = version.value ->> 'parent')) END,
  ?3, ?2
FROM json_each(?1) AS version JOIN partner ON partner.code = version.value ->> 'code'
WHERE true
ON CONFLICT (partner_id, valid_from) DO UPDATE
SET terms = excluded.terms, changed_by = excluded.changed_by, created_at = excluded.created_at

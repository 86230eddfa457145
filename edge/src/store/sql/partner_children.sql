-- Of a partner: those who name him their parent now, a page and one more after ?3.
SELECT child.code AS code, child.name AS name, version.terms AS terms
FROM partner_version AS version JOIN partner AS child ON child.id = version.partner_id
WHERE version.terms ->> '$.parent' = (SELECT id FROM partner WHERE code = ?2) AND child.code > ?3 AND version.valid_from = (
  SELECT max(valid_from) FROM partner_version WHERE partner_id = child.id AND valid_from <= ?1
)
ORDER BY child.code LIMIT ?4

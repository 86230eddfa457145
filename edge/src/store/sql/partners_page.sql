-- Letters beyond ASCII are found as they are written: SQLite's lower() knows no others.
SELECT partner.id AS id, partner.code AS code, partner.name AS name, partner.email AS email, version.terms AS terms,
  program.name AS program, parent.code AS parent, account.id IS NOT NULL AS has_account
FROM partner
JOIN partner_version AS version ON version.partner_id = partner.id AND version.valid_from = (
  SELECT max(valid_from) FROM partner_version WHERE partner_id = partner.id AND valid_from <= ?1
)
LEFT JOIN program ON program.id = version.terms ->> '$.program'
LEFT JOIN partner AS parent ON parent.id = version.terms ->> '$.parent'
LEFT JOIN account ON account.partner_id = partner.id AND account.closed_at IS NULL
WHERE partner.code > ?2
  AND (?3 = '' OR instr(lower(partner.code || ' ' || partner.name || ' ' || partner.email), ?3) > 0 OR instr(partner.code || ' ' || partner.name || ' ' || partner.email, ?6) > 0)
  AND (?4 = '' OR coalesce(version.terms ->> '$.status', 'active') = ?4)
ORDER BY partner.code LIMIT ?5

-- Letters beyond ASCII are found as they are written: SQLite's lower() knows no others.
SELECT partner.code AS code, partner.name AS name, partner.site AS site
FROM partner
WHERE partner.code > ?2 AND (?3 = '' OR instr(lower(partner.code || ' ' || partner.name || ' ' || partner.site), ?3) > 0 OR instr(partner.code || ' ' || partner.name || ' ' || partner.site, ?5) > 0)
  AND 'blocked' IS NOT (
    SELECT terms ->> '$.status' FROM partner_version
    WHERE partner_version.partner_id = partner.id AND valid_from <= ?1 ORDER BY valid_from DESC LIMIT 1
  )
ORDER BY partner.code LIMIT ?4

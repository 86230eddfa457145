-- Lists of the API: rows from ?1 to ?2 by their key, ?3 of them, of partner ?4 alone if that is not 0; now is ?5.
SELECT partner.code AS code, partner.name AS name, partner.email AS email,
  coalesce(version.terms ->> '$.status', 'active') AS status, program.code AS program, parent.code AS parent,
  partner.created_at AS created_at
FROM partner
LEFT JOIN partner_version AS version ON version.partner_id = partner.id AND version.valid_from = (
  SELECT max(valid_from) FROM partner_version WHERE partner_id = partner.id AND valid_from <= ?5
)
LEFT JOIN program ON program.id = version.terms ->> '$.program'
LEFT JOIN partner AS parent ON ?4 = 0 AND parent.id = version.terms ->> '$.parent'
WHERE partner.code BETWEEN
    CASE ?4 WHEN 0 THEN ?1 ELSE max(?1, (SELECT code FROM partner WHERE id = ?4)) END
    AND CASE ?4 WHEN 0 THEN ?2 ELSE min(?2, (SELECT code FROM partner WHERE id = ?4)) END
ORDER BY partner.code LIMIT ?3

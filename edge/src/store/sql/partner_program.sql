SELECT version.terms ->> '$.program' AS program
FROM partner JOIN partner_version AS version ON version.partner_id = partner.id
WHERE partner.code = ?1 AND version.valid_from <= ?2 ORDER BY version.valid_from DESC LIMIT 1

SELECT partner.id AS id, partner.code AS code, partner.name AS name, partner.email AS email, partner.site AS site,
  partner.phone AS phone, partner.created_at AS created_at, version.terms AS terms, program.name AS program,
  program.code AS program_code, program.currency AS currency, parent.code AS parent, account.id IS NOT NULL AS has_account,
  account.confirmed_at IS NOT NULL AS is_confirmed
FROM partner
JOIN partner_version AS version ON version.partner_id = partner.id AND version.valid_from = (
  SELECT max(valid_from) FROM partner_version WHERE partner_id = partner.id AND valid_from <= ?1
)
LEFT JOIN program ON program.id = version.terms ->> '$.program'
LEFT JOIN partner AS parent ON parent.id = version.terms ->> '$.parent'
LEFT JOIN account ON account.partner_id = partner.id AND account.closed_at IS NULL
WHERE partner.code = ?2

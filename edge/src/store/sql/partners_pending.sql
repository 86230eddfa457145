SELECT count(*) AS pending FROM partner
WHERE 'pending' = (
  SELECT terms ->> '$.status' FROM partner_version
  WHERE partner_version.partner_id = partner.id AND valid_from <= ?1 ORDER BY valid_from DESC LIMIT 1
)

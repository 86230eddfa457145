-- As in list_partners.sql.
SELECT page.code AS code, partner.code AS partner
FROM (
  SELECT code, partner_id FROM coupon WHERE ?4 = 0 AND code BETWEEN ?1 AND ?2
  UNION ALL
  SELECT code, partner_id FROM coupon WHERE partner_id = ?4 AND code BETWEEN ?1 AND ?2
  ORDER BY code LIMIT ?3
) AS page
JOIN partner ON partner.id = page.partner_id
ORDER BY page.code

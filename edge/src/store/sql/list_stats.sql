-- As in list_partners.sql. Clicks are counted by the links' numbers: they may live in another database.
SELECT page.code AS link, page.id AS id, partner.code AS partner
FROM (
  SELECT code, id, partner_id FROM link WHERE ?4 = 0 AND code BETWEEN ?1 AND ?2
  UNION ALL
  SELECT code, id, partner_id FROM link WHERE partner_id = ?4 AND code BETWEEN ?1 AND ?2
  ORDER BY code LIMIT ?3
) AS page
JOIN partner ON partner.id = page.partner_id
ORDER BY page.code

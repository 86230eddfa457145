-- As in list_partners.sql; ?5 is what stands before a code. Of one partner's links all are looked at: he has some.
SELECT page.code AS code, ?5 || page.code AS url, partner.code AS partner, product.sku AS product, page.target AS target,
  page.active AS active
FROM (
  SELECT code, partner_id, product_id, target, active FROM link WHERE ?4 = 0 AND code BETWEEN ?1 AND ?2
  UNION ALL
  SELECT code, partner_id, product_id, target, active FROM link WHERE partner_id = ?4 AND code BETWEEN ?1 AND ?2
  ORDER BY code LIMIT ?3
) AS page
JOIN partner ON partner.id = page.partner_id
LEFT JOIN product ON product.id = page.product_id
ORDER BY page.code

SELECT link.id AS key, link.code AS code, partner.code AS partner, product.sku AS product, link.target AS target, link.active AS active
FROM link
JOIN partner ON partner.id = link.partner_id
LEFT JOIN product ON product.id = link.product_id
WHERE link.id > ?1 ORDER BY link.id LIMIT ?2

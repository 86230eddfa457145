SELECT link.id AS id, link.code AS name, product.sku AS product
FROM link LEFT JOIN product ON product.id = link.product_id
WHERE link.partner_id = ?1

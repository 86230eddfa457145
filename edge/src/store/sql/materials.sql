SELECT material.id AS id, material.kind AS kind, material.title AS title, material.body AS body,
  material.picture AS picture, material.width AS width, material.height AS height
FROM product JOIN material ON material.product_id = product.id
WHERE product.sku = ?1 ORDER BY material.id

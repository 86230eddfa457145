SELECT product.id AS id, product.sku AS sku, product.name AS name, version.terms AS terms
FROM product
JOIN product_version AS version ON version.product_id = product.id AND version.valid_from = (
  SELECT max(valid_from) FROM product_version WHERE product_id = product.id AND valid_from <= ?1
)
WHERE product.sku > ?2 ORDER BY product.sku LIMIT ?3

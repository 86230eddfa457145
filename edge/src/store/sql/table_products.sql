SELECT product.sku AS key, product.sku AS sku, product.name AS name, version.terms ->> '$.participates' AS participates,
  version.terms ->> '$.shown' AS shown
FROM product
JOIN product_version AS version ON version.product_id = product.id AND version.valid_from = (
  SELECT max(valid_from) FROM product_version WHERE product_id = product.id AND valid_from <= ?3
)
WHERE product.sku > ?1 ORDER BY product.sku LIMIT ?2

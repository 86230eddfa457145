-- What partners may advertise: products that take part and are shown to them.
SELECT product.sku AS sku, product.name AS name
FROM product
JOIN product_version AS version ON version.product_id = product.id AND version.valid_from = (
  SELECT max(valid_from) FROM product_version WHERE product_id = product.id AND valid_from <= ?1
)
WHERE product.sku > ?2 AND version.terms ->> '$.participates' AND version.terms ->> '$.shown'
ORDER BY product.sku LIMIT ?3

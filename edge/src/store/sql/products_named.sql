SELECT product.id AS id, product.sku AS sku, product.name AS name, version.terms AS terms
FROM json_each(?2) AS asked
JOIN product ON product.sku = asked.value
JOIN product_version AS version ON version.product_id = product.id AND version.valid_from = (
  SELECT max(valid_from) FROM product_version WHERE product_id = product.id AND valid_from <= ?1
)

SELECT product.id AS id, product.sku AS code, product.name AS name, version.valid_from AS valid_from, version.terms AS value
FROM product JOIN product_version AS version ON version.product_id = product.id
WHERE product.sku = ?1 ORDER BY version.valid_from

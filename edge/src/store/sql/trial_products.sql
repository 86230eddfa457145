SELECT product.id AS id, product.sku AS code, product.name AS name, version.valid_from AS valid_from, version.terms AS value
FROM product JOIN product_version AS version ON version.product_id = product.id
WHERE product.sku IN (SELECT value FROM json_each(?1)) ORDER BY product.id, version.valid_from

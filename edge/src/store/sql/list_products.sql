-- As in list_partners.sql. A partner sees what he can earn by.
SELECT product.sku AS sku, product.name AS name,
  coalesce(version.terms ->> '$.participates', 1) AS participates, coalesce(version.terms ->> '$.shown', 1) AS shown
FROM product
LEFT JOIN product_version AS version ON version.product_id = product.id AND version.valid_from = (
  SELECT max(valid_from) FROM product_version WHERE product_id = product.id AND valid_from <= ?5
)
WHERE product.sku BETWEEN ?1 AND ?2
  AND (?4 = 0 OR coalesce(version.terms ->> '$.participates', 1) AND coalesce(version.terms ->> '$.shown', 1))
ORDER BY product.sku LIMIT ?3

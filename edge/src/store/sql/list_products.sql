-- As in list_partners.sql. A partner (?4) sees what he can earn by, in his program.
SELECT product.sku AS sku, product.name AS name,
  coalesce(version.terms ->> '$.participates', 1) AS participates, coalesce(version.terms ->> '$.shown', 1) AS shown
FROM product
LEFT JOIN product_version AS version ON version.product_id = product.id AND version.valid_from = (
  SELECT max(valid_from) FROM product_version WHERE product_id = product.id AND valid_from <= ?5
)
WHERE product.sku BETWEEN ?1 AND ?2
  AND (?4 = 0 OR coalesce(version.terms ->> '$.participates', 1) AND coalesce(version.terms ->> '$.shown', 1)
    AND (version.terms ->> '$.programs' IS NULL OR EXISTS (
      SELECT 1 FROM json_each(version.terms, '$.programs') WHERE value = (
        SELECT terms ->> '$.program' FROM partner_version WHERE partner_id = ?4 AND valid_from <= ?5
        ORDER BY valid_from DESC LIMIT 1
      )
    )))
ORDER BY product.sku LIMIT ?3

-- What a partner (?4) may advertise: products that take part in his program and are shown to partners.
SELECT product.sku AS sku, product.name AS name
FROM product
JOIN product_version AS version ON version.product_id = product.id AND version.valid_from = (
  SELECT max(valid_from) FROM product_version WHERE product_id = product.id AND valid_from <= ?1
)
WHERE product.sku > ?2 AND version.terms ->> '$.participates' AND version.terms ->> '$.shown'
  AND (version.terms ->> '$.programs' IS NULL OR EXISTS (
    SELECT 1 FROM json_each(version.terms, '$.programs') WHERE value = (
      SELECT terms ->> '$.program' FROM partner_version WHERE partner_id = ?4 AND valid_from <= ?1
      ORDER BY valid_from DESC LIMIT 1
    )
  ))
ORDER BY product.sku LIMIT ?3

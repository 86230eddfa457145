-- Products that partners may advertise, each with the partner's own link to it, or else with the link asked for; the product
-- of that link first. A merchant has some hundred products: they are sorted as they are read.
SELECT product.name AS name, coalesce(own.code, given.code) AS link
FROM link AS given
CROSS JOIN product
JOIN product_version AS version ON version.product_id = product.id AND version.valid_from = (
  SELECT max(valid_from) FROM product_version WHERE product_id = product.id AND valid_from <= ?2
)
LEFT JOIN link AS own ON own.id = (
  SELECT max(id) FROM link WHERE partner_id = given.partner_id AND product_id = product.id AND active = 1
)
WHERE given.code = ?1 AND given.active = 1
  AND version.terms ->> '$.shown' = 1 AND version.terms ->> '$.participates' = 1
  AND (version.terms ->> '$.programs' IS NULL OR EXISTS (
    SELECT 1 FROM json_each(version.terms, '$.programs') WHERE value = (
      SELECT terms ->> '$.program' FROM partner_version WHERE partner_id = given.partner_id AND valid_from <= ?2
      ORDER BY valid_from DESC LIMIT 1
    )
  ))
ORDER BY product.id IS given.product_id DESC, product.sku LIMIT ?3

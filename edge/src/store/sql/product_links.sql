-- Links of a partner (?1) to pages of a product (?2), or to ?3 where it has none: the newest, and the one that is asked for (?4).
WITH own AS (
  SELECT id, code, target FROM link
  WHERE partner_id = (SELECT id FROM partner WHERE code = ?1) AND target IN (
    SELECT url FROM product_page WHERE product_id = (SELECT id FROM product WHERE sku = ?2)
    UNION ALL
    SELECT ?3 WHERE NOT EXISTS (SELECT 1 FROM product_page WHERE product_id = (SELECT id FROM product WHERE sku = ?2))
  )
)
SELECT code, target FROM own ORDER BY code <> ?4, id DESC LIMIT ?5

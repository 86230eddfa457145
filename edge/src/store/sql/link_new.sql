-- A link of the API, with its product; a code that is taken refuses it.
INSERT INTO link (code, partner_id, target, window_days, product_id)
SELECT ?1, ?2, ?3, coalesce((
  SELECT rules ->> '$.window_days' FROM program_version WHERE program_id = ?4 AND valid_from <= ?5 ORDER BY valid_from DESC LIMIT 1
), 365), (SELECT id FROM product WHERE sku = ?6)

-- The oracle: what the night ought to book, reckoned apart from it, by all rules that both know: versions of the program,
-- own rates of partners and products, products that do not take part, parents who stop earning. Sums by tier.
WITH RECURSIVE upline (sale_id, tier, receiver_id) AS (
  SELECT id, 1, partner_id FROM sale WHERE partner_id IS NOT NULL
  UNION ALL
  SELECT upline.sale_id, upline.tier + 1, above.parent_id
  FROM upline
  JOIN partner AS above ON above.id = upline.receiver_id
  JOIN sale ON sale.id = upline.sale_id
  WHERE upline.tier < 3 AND above.parent_id IS NOT NULL
    AND (above.parent_until IS NULL OR sale.paid_at < above.parent_until)
)
SELECT upline.tier, count(*), sum((sale.net_minor * coalesce(
  CASE upline.tier WHEN 1 THEN receiver.own_tier1 END,
  CASE upline.tier WHEN 1 THEN product.tier1 WHEN 2 THEN product.tier2 ELSE product.tier3 END,
  (SELECT basis_points FROM rate WHERE rate.tier = upline.tier AND rate.valid_from <= sale.paid_at ORDER BY valid_from DESC LIMIT 1)
) + 5000) / 10000)
FROM upline
JOIN sale ON sale.id = upline.sale_id
JOIN partner AS receiver ON receiver.id = upline.receiver_id
JOIN product ON product.id = sale.product_id
WHERE product.participates = 1
GROUP BY upline.tier ORDER BY upline.tier

-- The reference: bare accruals as one statement. Who is credited is given; no evidence is weighed, no versions, no terms of
-- partners, no traces, no decisions, no holds, no ledger. The strongest of product's and program's rate, three tiers up.
WITH RECURSIVE upline (partner_id, tier, receiver_id) AS (
  SELECT id, 1, id FROM partner
  UNION ALL
  SELECT upline.partner_id, upline.tier + 1, above.parent_id
  FROM upline JOIN partner AS above ON above.id = upline.receiver_id
  WHERE upline.tier < 3 AND above.parent_id IS NOT NULL
)
INSERT INTO accrual (order_id, tier, partner_id, amount_minor)
SELECT sale.id, upline.tier, upline.receiver_id,
  (sale.net_minor * coalesce(
    CASE upline.tier WHEN 1 THEN product.tier1 WHEN 2 THEN product.tier2 ELSE product.tier3 END, rate.basis_points
  ) + 5000) / 10000
FROM sale
JOIN upline ON upline.partner_id = sale.partner_id
JOIN product ON product.id = sale.product_id
JOIN rate ON rate.tier = upline.tier AND rate.valid_from = 0
WHERE true
ON CONFLICT DO NOTHING

INSERT INTO link (code, partner_id, product_id, target, active, window_days)
SELECT value ->> 'code', value ->> 'partner', value ->> 'product', value ->> 'target', value ->> 'active',
  value ->> 'window_days'
FROM json_each(?1) WHERE true
ON CONFLICT (code) DO UPDATE
SET product_id = excluded.product_id, target = excluded.target, active = excluded.active,
  window_days = excluded.window_days, revision = revision + 1
WHERE partner_id = excluded.partner_id AND (
  product_id IS NOT excluded.product_id OR target <> excluded.target OR active <> excluded.active
  OR window_days <> excluded.window_days
)

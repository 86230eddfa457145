INSERT INTO link (code, partner_id, product_id, target, active, window_days, consent)
SELECT given.value ->> 'code', given.value ->> 'partner',
  CASE WHEN given.value ->> 'keeps_product' THEN known.product_id ELSE given.value ->> 'product' END,
  given.value ->> 'target', coalesce(given.value ->> 'active', known.active, 1), given.value ->> 'window_days', given.value ->> 'consent'
FROM json_each(?1) AS given LEFT JOIN link AS known ON known.code = given.value ->> 'code' WHERE true
ON CONFLICT (code) DO UPDATE
SET product_id = excluded.product_id, target = excluded.target, active = excluded.active,
  window_days = excluded.window_days, consent = excluded.consent, revision = revision + 1
WHERE partner_id = excluded.partner_id AND (
  product_id IS NOT excluded.product_id OR target <> excluded.target OR active <> excluded.active
  OR window_days <> excluded.window_days OR consent <> excluded.consent
)

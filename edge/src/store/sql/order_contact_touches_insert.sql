-- What ties the buyer to partners from now on: the order's own word, coupons that belong to partners, touches it carried.
INSERT INTO contact_touch (contact_id, at, bound_by, partner_id, touched_at, source)
SELECT contact.id, ?4 ->> 'at', evidence.bound_by, evidence.partner_id, evidence.touched_at, ?4 ->> 'source'
FROM (
  SELECT 'order' AS bound_by, partner.id AS partner_id, -1 AS touched_at
  FROM partner WHERE partner.code = ?4 ->> 'partner'
  UNION ALL
  SELECT 'coupon', coupon.partner_id, -1
  FROM json_each(?4, '$.coupons') AS used JOIN coupon ON coupon.code = used.value
  UNION ALL
  SELECT 'touch', partner.id, touch.value ->> 'touched_at'
  FROM json_each(?4, '$.touches') AS touch JOIN partner ON partner.id = touch.value ->> 'partner'
) AS evidence
JOIN contact ON contact.id = (
  SELECT id FROM contact
  WHERE email = ?4 ->> 'email' OR external_id = ?4 ->> 'external_id'
  ORDER BY email IS ?4 ->> 'email' DESC LIMIT 1
)
WHERE EXISTS (SELECT 1 FROM order_event WHERE source = ?1 AND event_id = ?2 AND body_hash = ?3)
ON CONFLICT DO NOTHING

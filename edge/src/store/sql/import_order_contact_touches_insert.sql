-- What ties buyers to partners from now on: the order's own word, coupons that belong to partners, touches it carried.
INSERT INTO contact_touch (contact_id, at, bound_by, partner_id, touched_at, source)
SELECT contact.id, evidence.at, evidence.bound_by, evidence.partner_id, evidence.touched_at, evidence.source
FROM (
  SELECT event.value ->> 'email' AS email, event.value ->> 'ordered_at' AS at, 'order ' || (event.value ->> 'order') AS source,
    'order' AS bound_by, partner.id AS partner_id, -1 AS touched_at
  FROM json_each(?1) AS event JOIN partner ON partner.code = event.value ->> 'partner'
  UNION ALL
  SELECT event.value ->> 'email', event.value ->> 'ordered_at', 'order ' || (event.value ->> 'order'),
    'coupon', coupon.partner_id, -1
  FROM json_each(?1) AS event, json_each(event.value, '$.coupons') AS used JOIN coupon ON coupon.code = used.value
  UNION ALL
  SELECT event.value ->> 'email', event.value ->> 'ordered_at', 'order ' || (event.value ->> 'order'),
    'touch', partner.id, touch.value ->> 'touched_at'
  FROM json_each(?1) AS event, json_each(event.value, '$.touches') AS touch
  JOIN partner ON partner.id = touch.value ->> 'partner'
) AS evidence
JOIN contact ON contact.email = evidence.email
WHERE true
ON CONFLICT DO NOTHING

-- The latest evidence of a contact, with who and why.
SELECT contact_touch.at AS at, contact_touch.bound_by AS bound_by, contact_touch.touched_at AS touched_at,
  contact_touch.source AS source, partner.code AS partner
FROM contact_touch JOIN partner ON partner.id = contact_touch.partner_id
WHERE contact_touch.contact_id = ?1 ORDER BY contact_touch.at DESC LIMIT 200

SELECT contact.email, contact.external_id, touch.partner_id, touch.bound_by, touch.at, touch.touched_at, touch.source
FROM contact JOIN contact_touch AS touch ON touch.contact_id = contact.id
WHERE contact.id IN (
  SELECT id FROM contact WHERE email IN (SELECT value FROM json_each(?1))
  UNION SELECT id FROM contact WHERE external_id IN (SELECT value FROM json_each(?2))
)
ORDER BY touch.contact_id, touch.at

INSERT INTO contact_touch (contact_id, at, bound_by, partner_id, touched_at, source)
SELECT contact.id, ?3, event.value ->> 'by', event.value ->> 'partner', event.value ->> 'touched_at', ?4
FROM json_each(?5) AS event
JOIN contact ON contact.id = (
  SELECT id FROM contact WHERE email = ?1 OR external_id = ?2 ORDER BY email IS ?1 DESC LIMIT 1
)
JOIN partner ON partner.id = event.value ->> 'partner'
ON CONFLICT DO NOTHING

-- Of a contact by his address or his row.
SELECT contact_touch.at AS at, contact_touch.bound_by AS bound_by, contact_touch.partner_id AS partner_id,
  contact_touch.touched_at AS touched_at
FROM contact JOIN contact_touch ON contact_touch.contact_id = contact.id
WHERE contact.email = ?1 OR contact.id = ?2

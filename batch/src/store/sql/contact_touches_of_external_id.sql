SELECT contact.email, contact.external_id, touch.partner_id, touch.bound_by, touch.at, touch.touched_at, touch.source
FROM contact JOIN contact_touch AS touch ON touch.contact_id = contact.id
WHERE contact.external_id = ?1
ORDER BY touch.at

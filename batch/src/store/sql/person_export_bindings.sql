SELECT json_object('at', strftime('%Y-%m-%dT%H:%M:%SZ', touch.at, 'unixepoch'), 'by', touch.bound_by,
  'partner', partner.code, 'source', touch.source) AS said
FROM contact JOIN contact_touch AS touch ON touch.contact_id = contact.id JOIN partner ON partner.id = touch.partner_id
WHERE contact.email = ?1 ORDER BY touch.at

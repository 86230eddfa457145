SELECT touch.at, touch.id, touch.kind, touch.partner_id, touch.link_id
FROM touch AS known JOIN touch ON touch.visitor = known.visitor
WHERE known.id = ?1

SELECT asked.value ->> 'case', touch.at, touch.id, touch.kind, touch.partner_id, touch.link_id
FROM json_each(?1) AS asked
JOIN touch AS known ON known.id = asked.value ->> 'touch'
JOIN touch ON touch.visitor = known.visitor
UNION
SELECT asked.value ->> 'case', touch.at, touch.id, touch.kind, touch.partner_id, touch.link_id
FROM json_each(?1) AS asked
JOIN touch ON touch.visitor = asked.value ->> 'visitor'

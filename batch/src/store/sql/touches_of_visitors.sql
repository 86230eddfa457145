-- ?1: cases and their visitors; ?2: cases and touches, whose visitors are found by them.
SELECT asked.value ->> 0, touch.at, touch.id, touch.kind, touch.partner_id, touch.link_id
FROM json_each(?1) AS asked
JOIN touch ON touch.visitor = asked.value ->> 1
UNION
SELECT asked.value ->> 0, touch.at, touch.id, touch.kind, touch.partner_id, touch.link_id
FROM json_each(?2) AS asked
JOIN touch AS known ON known.id = asked.value ->> 1
JOIN touch ON touch.visitor = known.visitor

-- What partners' links had in their addresses when they were clicked. An event table: it meets no other here.
SELECT touch.id AS id, touch.sub_id AS sub_id
FROM json_each(?1) AS asked CROSS JOIN touch ON touch.id = asked.value
WHERE touch.sub_id <> ''

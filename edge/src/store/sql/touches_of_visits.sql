INSERT INTO touch (visitor, at, id, kind, partner_id, link_id)
SELECT value ->> 'visitor', value ->> 'at', value ->> 'touch', 'visit', value ->> 'partner', NULL
FROM json_each(?1)
WHERE value ->> 'visitor' IS NOT NULL AND value ->> 'touch' IS NOT NULL AND value ->> 'partner' IS NOT NULL
ON CONFLICT (visitor, at, id) DO NOTHING

-- A burst leaves its first 20 touches: each may be another visitor behind one address. `behind` counts the clicks of one
-- row that follow in the same group, so that hits less behind is the click's own number.
INSERT INTO touch (visitor, at, id, kind, partner_id, link_id, device, sub_id)
SELECT event.visitor, event.at, event.touch, 'click', event.partner, event.link, event.device, event.sub_id
FROM (
  SELECT value ->> 'visitor' AS visitor, value ->> 'at' AS at, value ->> 'touch' AS touch, value ->> 'partner' AS partner,
    value ->> 'link' AS link, value ->> 'hour' AS hour, value ->> 'client' AS client,
    coalesce(value ->> 'device', '') AS device, coalesce(value ->> 'sub_id', '') AS sub_id,
    row_number() OVER (PARTITION BY value ->> 'link', value ->> 'hour', value ->> 'client' ORDER BY key DESC) - 1 AS behind
  FROM json_each(?1) WHERE value ->> 'uncounted' IS NULL
) AS event
JOIN click ON click.link_id = event.link AND click.hour = event.hour AND click.client = event.client AND click.uncounted = ''
WHERE event.visitor IS NOT NULL AND event.touch IS NOT NULL AND click.hits - event.behind <= 20
ON CONFLICT (visitor, at, id) DO NOTHING

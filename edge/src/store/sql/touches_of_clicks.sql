-- A burst leaves its first 20 touches: each may be another visitor behind one address.
INSERT INTO touch (visitor, at, id, kind, partner_id, link_id)
SELECT event.value ->> 'visitor', event.value ->> 'at', event.value ->> 'touch', 'click',
  event.value ->> 'partner', event.value ->> 'link'
FROM json_each(?1) AS event
JOIN click ON click.link_id = event.value ->> 'link' AND click.hour = event.value ->> 'hour'
  AND click.client = event.value ->> 'client' AND click.uncounted = ''
WHERE event.value ->> 'visitor' IS NOT NULL AND event.value ->> 'touch' IS NOT NULL AND click.hits <= 20
ON CONFLICT (visitor, at, id) DO NOTHING

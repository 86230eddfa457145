INSERT INTO click (link_id, hour, client, uncounted, partner_id, first_at, hits, country, referrer, device, sub_id)
SELECT value ->> 'link', value ->> 'hour', value ->> 'client', coalesce(value ->> 'uncounted', ''),
  value ->> 'partner', value ->> 'at', 1, value ->> 'country', coalesce(value ->> 'referrer', ''),
  coalesce(value ->> 'device', ''), coalesce(value ->> 'sub_id', '')
FROM json_each(?1) WHERE true
ON CONFLICT (link_id, hour, client, uncounted) DO UPDATE
SET hits = hits + 1, first_at = min(first_at, excluded.first_at)

INSERT INTO visit (day, host, path, referrer, utm, partner_id, hits)
SELECT (value ->> 'at') / 86400, value ->> 'host', value ->> 'path', value ->> 'referrer',
  coalesce(value ->> 'utm', ''), coalesce(value ->> 'partner', 0), 1
FROM json_each(?1) WHERE true
ON CONFLICT (day, host, path, referrer, utm, partner_id) DO UPDATE SET hits = hits + 1

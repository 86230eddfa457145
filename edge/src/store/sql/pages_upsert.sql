INSERT INTO page (host, path, listed, hits, first_at, last_at)
SELECT value ->> 'host', value ->> 'path', value ->> 'listed', 1, value ->> 'at', value ->> 'at'
FROM json_each(?1) WHERE true
ON CONFLICT (host, path) DO UPDATE
SET listed = excluded.listed, hits = hits + 1,
  first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)

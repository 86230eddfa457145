INSERT INTO missed_code (code, hits, first_at, last_at)
SELECT value ->> 'code', 1, value ->> 'at', value ->> 'at' FROM json_each(?1) WHERE true
ON CONFLICT (code) DO UPDATE
SET hits = hits + 1, first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)

-- At most five words of browsers on one order: whoever tries amounts runs out of them.
INSERT INTO browser_order (external_id, body_hash, reported_at, page, body)
SELECT ?1, ?2, ?3, ?4, ?5
WHERE (SELECT count(*) FROM browser_order WHERE external_id = ?1) < 5
ON CONFLICT (external_id, body_hash) DO NOTHING

-- The first stays. Only with the event that it came with.
INSERT INTO affiliate_claim (order_name, claim, claimed_at)
SELECT ?1, ?2, ?3
WHERE EXISTS (SELECT 1 FROM order_event WHERE source = ?4 AND event_id = ?5 AND body_hash = ?6)
ON CONFLICT (order_name) DO NOTHING

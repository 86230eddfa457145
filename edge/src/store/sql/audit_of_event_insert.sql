-- Of an event that is stored, and stored as it was said here.
INSERT INTO audit (at, who, what, subject, before, after)
SELECT ?1, ?2, ?3, ?4, ?5, ?6
WHERE EXISTS (SELECT 1 FROM order_event WHERE source = ?7 AND event_id = ?8 AND body_hash = ?9)

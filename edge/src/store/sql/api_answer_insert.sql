-- Of what is done in this transaction; of an event (?6 to ?8), only if it is stored as it was said here. No ON CONFLICT: who
-- comes second undoes what he did, and is answered like the first.
INSERT INTO api_answer (key_hash, name, request_hash, body, created_at)
SELECT ?1, ?2, ?3, ?4, ?5
WHERE ?6 = '' OR EXISTS (SELECT 1 FROM order_event WHERE source = ?6 AND event_id = ?7 AND body_hash = ?8)

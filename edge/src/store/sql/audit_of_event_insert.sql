-- Of an event that is stored, and stored as it was said here; a form that was sent twice in one second leaves one
-- line, two steps of one order in one second leave two.
INSERT INTO audit (at, who, what, subject, before, after)
SELECT ?1, ?2, ?3, ?4, ?5, ?6
WHERE EXISTS (SELECT 1 FROM order_event WHERE source = ?7 AND event_id = ?8 AND body_hash = ?9)
  AND NOT EXISTS (
    SELECT 1 FROM audit
    WHERE id > (SELECT max(id) FROM audit) - 100 AND at = ?1 AND who = ?2 AND what = ?3 AND subject = ?4
      AND before = ?5 AND after = ?6
  )

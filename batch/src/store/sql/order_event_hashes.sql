SELECT event_id, body_hash FROM order_event WHERE source = ?1 AND event_id IN (SELECT value FROM json_each(?2))

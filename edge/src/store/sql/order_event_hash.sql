SELECT body_hash FROM order_event WHERE source = ?1 AND event_id = ?2

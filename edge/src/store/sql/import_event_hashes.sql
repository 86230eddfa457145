SELECT event_id AS name, body_hash AS value FROM order_event WHERE source = 'csv' AND event_id IN (SELECT value FROM json_each(?1))

SELECT 1 FROM orders WHERE decided_revision < revision AND latest_event_at <= ?1 LIMIT 1

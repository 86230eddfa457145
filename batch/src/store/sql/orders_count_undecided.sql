SELECT count(*) FROM orders WHERE decided_revision < revision AND latest_event_at <= ?1

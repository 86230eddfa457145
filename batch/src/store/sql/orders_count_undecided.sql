SELECT count(*) FROM orders INDEXED BY orders_undecided WHERE decided_revision < revision AND latest_event_at <= ?1

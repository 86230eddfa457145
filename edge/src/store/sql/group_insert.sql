INSERT INTO event_group (id, written_at) VALUES (?1, ?2)

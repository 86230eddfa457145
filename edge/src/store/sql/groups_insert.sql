INSERT INTO event_group (id, written_at) SELECT value, ?2 FROM json_each(?1)

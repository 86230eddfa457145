DELETE FROM event_group WHERE written_at < ?1

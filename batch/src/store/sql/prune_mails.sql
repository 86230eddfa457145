-- A scan: what waits to be sent has an index, what was sent has none.
DELETE FROM mail WHERE sent_at < ?1 OR failed_at < ?1

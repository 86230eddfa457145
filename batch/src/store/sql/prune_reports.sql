-- A scan. What was confirmed is an event of its order by now.
DELETE FROM browser_order WHERE reported_at < ?1

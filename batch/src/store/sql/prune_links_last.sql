SELECT coalesce(max(id), 0) AS last_id FROM link

SELECT started_at, finished_at, report FROM run ORDER BY id DESC LIMIT 30

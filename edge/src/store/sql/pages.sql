SELECT host, path, listed, hits, first_at, last_at FROM page ORDER BY last_at DESC, host, path LIMIT 500

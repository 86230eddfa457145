SELECT code, hits, first_at, last_at FROM missed_code ORDER BY hits DESC, code LIMIT 200

-- A host has no blank in it: what is before the first of a key is the host.
SELECT host || ' ' || path AS key, host, path, listed, hits, first_at, last_at FROM page
WHERE (host, path) > (substr(?1, 1, instr(?1, ' ') - 1), substr(?1, instr(?1, ' ') + 1)) ORDER BY host, path LIMIT ?2

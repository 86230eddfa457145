-- The newest of each method, the newest first.
SELECT details FROM requisites
WHERE id IN (SELECT max(id) FROM requisites WHERE account = ?1 GROUP BY details ->> 'method')
ORDER BY id DESC

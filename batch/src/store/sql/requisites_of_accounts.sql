-- The newest of each method, the newest first.
SELECT requisites.account, requisites.details
FROM requisites
WHERE requisites.id IN (
  SELECT max(id) FROM requisites WHERE account IN (SELECT value FROM json_each(?1)) GROUP BY account, details ->> 'method'
)
ORDER BY requisites.id DESC

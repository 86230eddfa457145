INSERT INTO requisites (account, details, changed_by, changed_at)
SELECT ?1, ?2, ?3, ?4 WHERE ?2 IS NOT (
  SELECT details FROM requisites
  WHERE account = ?1 AND details ->> 'method' = ?2 ->> 'method' ORDER BY id DESC LIMIT 1
)

-- Where an account's money goes from now on, unless it goes there already. What was used before may be saved again.
INSERT INTO requisites (account, details, changed_by, changed_at)
SELECT ?1, ?2, ?3, ?4 WHERE ?2 IS NOT (SELECT details FROM requisites WHERE account = ?1 ORDER BY id DESC LIMIT 1)

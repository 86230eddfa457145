-- Of an account, by its owner's name (?1) as in receiver.sql: the newest of each method, the newest first.
SELECT details FROM requisites
WHERE id IN (
  SELECT max(id) FROM requisites
  WHERE account = coalesce(
    (SELECT id * 8 + 2 FROM partner WHERE code = ?1),
    (SELECT id * 8 + 3 FROM charity WHERE code = substr(?1, 9) AND substr(?1, 1, 8) = 'charity:')
  )
  GROUP BY details ->> 'method'
)
ORDER BY id DESC

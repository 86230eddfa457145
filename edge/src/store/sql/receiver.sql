-- Whoever has a name (?1), `CODE` or `charity:CODE`: his account, and the number of his latest payout.
SELECT receiver.account AS account, receiver.name AS name,
  (SELECT coalesce(max(payout.id), 0) FROM payout WHERE payout.account = receiver.account) AS latest
FROM (
  SELECT id * 8 + 2 AS account, name FROM partner WHERE code = ?1
  UNION ALL
  SELECT id * 8 + 3, name FROM charity WHERE code = substr(?1, 9) AND substr(?1, 1, 8) = 'charity:'
) AS receiver

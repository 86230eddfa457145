-- A decision that lists no transfers was booked with them: as many as it says, for as much.
SELECT 'decision ' || decision.id, decision.booked || ' transfers of ' || decision.booked_minor || ' minor units are missing or others'
FROM decision JOIN orders ON orders.id = decision.order_id AND orders.decided_revision >= decision.revision
WHERE (decision.booked, decision.booked_minor) <> (
  SELECT count(*), coalesce(sum(amount_minor), 0) FROM transfer
  WHERE transfer.id BETWEEN decision.id * 64 AND decision.id * 64 + decision.booked - 1
)
LIMIT 1000

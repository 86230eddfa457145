-- Whoever holds the lease (?1) has booked all that he has written: no transfer with a lower id comes any more.
UPDATE account_total_until SET transfer_id = (SELECT max(id) FROM transfer)
WHERE one = 1 AND transfer_id < (SELECT max(id) FROM transfer)
  AND EXISTS (SELECT 1 FROM lease WHERE name = 'ledger' AND token = ?1)

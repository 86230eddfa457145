SELECT 1 FROM lease WHERE name = 'ledger' AND token = ?1

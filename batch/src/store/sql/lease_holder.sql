SELECT holder, token FROM lease WHERE name = 'ledger'

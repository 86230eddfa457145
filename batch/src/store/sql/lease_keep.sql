UPDATE lease SET until = ?2 WHERE name = 'ledger' AND token = ?1

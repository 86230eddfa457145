SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM decision) + (SELECT count(*) FROM transfer)

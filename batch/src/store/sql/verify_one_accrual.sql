SELECT 'decision ' || (id / 64), count(*) || ' transfers of kind ' || kind || ' at tier ' || tier || ' for one receiver'
FROM transfer
GROUP BY id / 64, tier, kind, debit, credit, currency HAVING count(*) > 1
LIMIT 1000

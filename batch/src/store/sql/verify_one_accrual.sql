SELECT 'decision ' || decision_id, count(*) || ' transfers of kind ' || kind || ' at tier ' || tier || ' for one receiver'
FROM transfer
GROUP BY decision_id, tier, kind, debit, credit, currency HAVING count(*) > 1
LIMIT 1000

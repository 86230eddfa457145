SELECT id, outcome, partner_id, evidence, steps, decided_at FROM decision WHERE order_id = ?1 ORDER BY revision DESC LIMIT 1

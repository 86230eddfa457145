-- An event that says nothing happened, for one endpoint. ?2 is its id, ?4 whose endpoint it is, 0 for the merchant.
INSERT INTO hook_delivery (endpoint_id, event_id, kind, at, facts, due_at)
SELECT id, ?2, 'test', ?3, json_object('message', 'A test: nothing happened.'), ?3
FROM hook_endpoint WHERE id = ?1 AND (?4 = 0 OR partner_id = ?4)

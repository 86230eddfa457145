SELECT json_object('order', orders.external_id, 'revision', decision.revision, 'outcome', decision.outcome,
  'partner', partner.code, 'at', strftime('%Y-%m-%dT%H:%M:%SZ', decision.decided_at, 'unixepoch'),
  'steps', json(decision.steps)) AS said
FROM json_each(?1) AS mine CROSS JOIN orders ON orders.id = mine.value JOIN decision ON decision.order_id = orders.id
LEFT JOIN partner ON partner.id = decision.partner_id
ORDER BY decision.id

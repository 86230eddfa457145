SELECT json_object('order', report.external_id, 'at', strftime('%Y-%m-%dT%H:%M:%SZ', report.reported_at, 'unixepoch'),
  'page', report.page, 'report', json(report.body)) AS said
FROM json_each(?1) AS mine CROSS JOIN orders ON orders.id = mine.value
JOIN browser_order AS report ON report.external_id = orders.external_id
ORDER BY report.id

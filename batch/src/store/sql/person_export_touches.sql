-- Touches stored for visitors. An event table: it meets no other here.
SELECT json_object('visitor', touch.visitor, 'at', strftime('%Y-%m-%dT%H:%M:%SZ', touch.at, 'unixepoch'), 'kind', touch.kind,
  'partner', touch.partner_id, 'link', touch.link_id, 'device', touch.device, 'sub_id', touch.sub_id) AS said
FROM json_each(?1) AS his CROSS JOIN touch ON touch.visitor = his.value
ORDER BY touch.at

SELECT json_object('email', email, 'external_id', external_id, 'name', name,
  'since', strftime('%Y-%m-%dT%H:%M:%SZ', created_at, 'unixepoch')) AS said
FROM contact WHERE email = ?1

-- A scan: the outbox has no index by recipient, and this is asked once a year.
SELECT json_object('at', strftime('%Y-%m-%dT%H:%M:%SZ', created_at, 'unixepoch'), 'subject', subject, 'body', body,
  'sent_at', strftime('%Y-%m-%dT%H:%M:%SZ', sent_at, 'unixepoch')) AS said
FROM mail WHERE lower(recipient) = ?1 ORDER BY id

-- A scan: who did what has no index by person, and this is asked once a year.
SELECT json_object('at', strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch'), 'who', who, 'what', what, 'subject', subject,
  'before', before, 'after', after) AS said
FROM audit WHERE lower(who) = ?1 OR lower(subject) = ?1 ORDER BY id

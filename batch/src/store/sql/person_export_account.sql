SELECT json_object('role', account.role, 'language', account.language, 'has_password', iif(account.password IS NULL, json('false'), json('true')),
  'since', strftime('%Y-%m-%dT%H:%M:%SZ', account.created_at, 'unixepoch'),
  'closed_at', strftime('%Y-%m-%dT%H:%M:%SZ', account.closed_at, 'unixepoch'),
  'sessions', json((SELECT json_group_array(strftime('%Y-%m-%dT%H:%M:%SZ', session.created_at, 'unixepoch')) FROM session
    WHERE session.account_id = account.id))) AS said
FROM account WHERE account.email = ?1

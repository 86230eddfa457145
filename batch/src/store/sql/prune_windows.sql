-- The longest time that a touch could ever count: rules of all versions, since old orders are judged by old rules.
SELECT max(coalesce((SELECT max(rules ->> '$.window_days') FROM program_version), 0),
  coalesce((SELECT max(window_days) FROM link), 0)) AS window_days

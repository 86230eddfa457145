-- What is heard again is one line, of the last time to within an hour.
INSERT INTO hook_ignored (provider, shop, kind, subject, reason, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (provider, shop, kind, subject, reason) DO UPDATE SET at = excluded.at WHERE excluded.at > at + 3600

SELECT id, provider || CASE WHEN shop = '' THEN '' ELSE '/' || shop END AS source, kind, subject, reason, at
FROM hook_ignored ORDER BY at DESC LIMIT 150

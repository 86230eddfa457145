-- He earns nothing from now on.
INSERT INTO partner_version (partner_id, valid_from, terms, changed_by, created_at)
SELECT partner_id, ?2, json_set(terms, '$.status', 'blocked'), 'erasure', ?2
FROM partner_version WHERE partner_id = ?1 AND valid_from <= ?2 ORDER BY valid_from DESC LIMIT 1
ON CONFLICT (partner_id, valid_from) DO UPDATE SET terms = excluded.terms

-- New partners, to each endpoint that wants to hear of them. ?1 is now, ?2 how many rows are looked at.
INSERT INTO hook_delivery (endpoint_id, event_id, kind, at, facts, due_at)
SELECT endpoint.id, 'evt_partner_created_' || partner.id, 'partner.created', partner.created_at,
  json_object('partner', partner.code, 'program', program.code, 'parent', parent.code, 'status', coalesce(terms.terms ->> '$.status', 'active')), ?1
FROM hook_endpoint AS endpoint
CROSS JOIN partner ON partner.id > endpoint.told_partner AND partner.id <= endpoint.told_partner + ?2
LEFT JOIN partner_version AS terms ON terms.partner_id = partner.id
  AND terms.valid_from = (SELECT max(valid_from) FROM partner_version WHERE partner_id = partner.id)
LEFT JOIN program ON program.id = terms.terms ->> '$.program'
LEFT JOIN partner AS parent ON parent.id = terms.terms ->> '$.parent'
WHERE endpoint.paused_at IS NULL AND endpoint.partner_id IS NULL
  AND EXISTS (SELECT 1 FROM json_each(endpoint.events) WHERE value = 'partner.created')
ON CONFLICT (endpoint_id, event_id) DO NOTHING

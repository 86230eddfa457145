-- Partners who waited and may earn now. ?1 is now, ?2 how many rows are looked at.
INSERT INTO hook_delivery (endpoint_id, event_id, kind, at, facts, due_at)
SELECT endpoint.id, 'evt_partner_approved_' || change.id, 'partner.approved', change.changed_at,
  json_object('partner', partner.code, 'program', program.code), ?1
FROM hook_endpoint AS endpoint
CROSS JOIN rule_change AS change ON change.id > endpoint.told_change AND change.id <= endpoint.told_change + ?2
CROSS JOIN rule_change AS before ON before.id = (
  SELECT max(id) FROM rule_change AS older WHERE older.kind = 'partner' AND older.subject_id = change.subject_id AND older.id < change.id
)
CROSS JOIN partner ON partner.id = change.subject_id
LEFT JOIN program ON program.id = change.terms ->> '$.program'
WHERE endpoint.paused_at IS NULL AND endpoint.partner_id IS NULL
  AND change.kind = 'partner' AND coalesce(change.terms ->> '$.status', 'active') = 'active' AND before.terms ->> '$.status' = 'pending'
  AND EXISTS (SELECT 1 FROM json_each(endpoint.events) WHERE value = 'partner.approved')
ON CONFLICT (endpoint_id, event_id) DO NOTHING

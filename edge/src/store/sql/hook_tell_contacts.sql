-- Contacts that became a partner's. Of the contact nothing but its number and what the shop calls it. ?1 is now, ?2 how
-- many rows are looked at.
INSERT INTO hook_delivery (endpoint_id, event_id, kind, at, facts, due_at)
SELECT endpoint.id, 'evt_contact_bound_' || bound.id, 'contact.bound', bound.at,
  json_object('contact', bound.contact_id, 'external_id', contact.external_id, 'partner', partner.code, 'bound_by', bound.bound_by), ?1
FROM hook_endpoint AS endpoint
CROSS JOIN contact_bound AS bound ON bound.id > endpoint.told_contact AND bound.id <= endpoint.told_contact + ?2
CROSS JOIN contact ON contact.id = bound.contact_id
CROSS JOIN partner ON partner.id = bound.partner_id
WHERE endpoint.paused_at IS NULL AND endpoint.partner_id IS NULL
  AND EXISTS (SELECT 1 FROM json_each(endpoint.events) WHERE value = 'contact.bound')
ON CONFLICT (endpoint_id, event_id) DO NOTHING

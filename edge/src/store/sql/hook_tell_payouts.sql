-- Money that was sent, or was not, or came back. ?1 is now, ?2 how many rows are looked at.
INSERT INTO hook_delivery (endpoint_id, event_id, kind, at, facts, due_at)
SELECT endpoint.id, 'evt_payout_' || iif(change.state = 'confirmed', 'sent_', 'failed_') || payout.id,
  iif(change.state = 'confirmed', 'payout.sent', 'payout.failed'), change.changed_at,
  json_object('payout', payout.id, 'partner', partner.code, 'charity', charity.code, 'amount_minor', change.amount_minor,
    'currency', payout.currency, 'method', payout.requisites ->> '$.method'), ?1
FROM hook_endpoint AS endpoint
CROSS JOIN payout_history AS change ON change.id > endpoint.told_payout AND change.id <= endpoint.told_payout + ?2
CROSS JOIN payout ON payout.id = change.payout_id
LEFT JOIN partner ON payout.account % 8 = 2 AND partner.id = payout.account / 8
LEFT JOIN charity ON payout.account % 8 = 3 AND charity.id = payout.account / 8
WHERE endpoint.paused_at IS NULL AND change.state IN ('confirmed', 'failed')
  AND (endpoint.partner_id IS NULL OR endpoint.partner_id = partner.id)
  AND EXISTS (SELECT 1 FROM json_each(endpoint.events) WHERE value = iif(change.state = 'confirmed', 'payout.sent', 'payout.failed'))
ON CONFLICT (endpoint_id, event_id) DO NOTHING

-- An address that is new (?1) hears of holds that are over after it came (?2), too, when the commission was booked before:
-- nobody else would tell it. All of a partner's transfers are looked at, by index; once for an address.
INSERT INTO hook_delivery (endpoint_id, event_id, kind, at, facts, due_at)
SELECT endpoint.id, 'evt_accrual_payable_' || orders.id || '_' || partner.id || '_' || transfer.currency || '_' || transfer.payable_from,
  'accrual.payable', transfer.payable_from,
  json_object('order', orders.external_id, 'partner', partner.code, 'currency', transfer.currency, 'payable_from', transfer.payable_from),
  transfer.payable_from
FROM hook_endpoint AS endpoint
CROSS JOIN partner ON endpoint.partner_id IS NULL OR endpoint.partner_id = partner.id
CROSS JOIN transfer ON transfer.credit = partner.id * 8 + 2 AND transfer.credit % 8 IN (2, 3) AND transfer.payable_from > ?2
  AND transfer.kind = 'accrual' AND transfer.id <= endpoint.told_transfer
CROSS JOIN decision ON decision.id = transfer.id / 64
CROSS JOIN orders ON orders.id = decision.order_id
WHERE endpoint.id = (SELECT max(id) FROM hook_endpoint WHERE url = ?1)
  AND EXISTS (SELECT 1 FROM json_each(endpoint.events) WHERE value = 'accrual.payable')
ON CONFLICT (endpoint_id, event_id) DO NOTHING

-- Commission whose hold will be over: told then, with what is left of it by then. One event for all that one partner has
-- of one order from one instant on. ?1 is now, ?2 how many decisions are looked at.
INSERT INTO hook_delivery (endpoint_id, event_id, kind, at, facts, due_at)
SELECT endpoint.id, 'evt_accrual_payable_' || orders.id || '_' || partner.id || '_' || transfer.currency || '_' || transfer.payable_from,
  'accrual.payable', transfer.payable_from,
  json_object('order', orders.external_id, 'partner', partner.code, 'currency', transfer.currency, 'payable_from', transfer.payable_from),
  max(transfer.payable_from, ?1)
FROM hook_endpoint AS endpoint
CROSS JOIN transfer ON transfer.id > endpoint.told_transfer AND transfer.id <= endpoint.told_transfer + ?2 * 64
CROSS JOIN decision ON decision.id = transfer.id / 64
CROSS JOIN orders ON orders.id = decision.order_id
CROSS JOIN partner ON partner.id = transfer.credit / 8
WHERE endpoint.paused_at IS NULL AND transfer.kind = 'accrual'
  AND (endpoint.partner_id IS NULL OR endpoint.partner_id = partner.id)
  AND EXISTS (SELECT 1 FROM json_each(endpoint.events) WHERE value = 'accrual.payable')
ON CONFLICT (endpoint_id, event_id) DO NOTHING

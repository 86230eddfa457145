-- Commission that was booked or taken back. A transfer's id is its decision's times 64, plus its place. ?1 is now, ?2 how
-- many decisions are looked at. The click is what the order carried of whom it is credited to: of tier 1 alone.
INSERT INTO hook_delivery (endpoint_id, event_id, kind, at, facts, due_at)
SELECT endpoint.id, 'evt_accrual_' || iif(transfer.kind = 'accrual', 'created_', 'reversed_') || transfer.id,
  iif(transfer.kind = 'accrual', 'accrual.created', 'accrual.reversed'), transfer.created_at,
  json_patch(json_object('order', orders.external_id, 'partner', partner.code, 'tier', transfer.tier,
    'amount_minor', transfer.amount_minor, 'currency', transfer.currency, 'payable_from', transfer.payable_from),
    json_object('click_id', (
      SELECT nullif(touch.value ->> '$.id', '00000000-0000-0000-0000-000000000000')
      FROM order_event AS said CROSS JOIN json_each(said.body, '$.carried') AS touch
      WHERE transfer.tier = 1 AND said.order_id = decision.order_id AND touch.value ->> '$.partner' = partner.id
      ORDER BY said.body ->> '$.kind' = 'order' DESC, touch.value ->> '$.at' DESC, said.id DESC, touch.key DESC LIMIT 1
    ))), ?1
FROM hook_endpoint AS endpoint
CROSS JOIN transfer ON transfer.id > endpoint.told_transfer AND transfer.id <= endpoint.told_transfer + ?2 * 64
CROSS JOIN decision ON decision.id = transfer.id / 64
CROSS JOIN orders ON orders.id = decision.order_id
CROSS JOIN partner ON partner.id = iif(transfer.kind = 'accrual', transfer.credit, transfer.debit) / 8
WHERE endpoint.paused_at IS NULL AND transfer.kind IN ('accrual', 'reversal')
  AND (endpoint.partner_id IS NULL OR endpoint.partner_id = partner.id)
  AND EXISTS (SELECT 1 FROM json_each(endpoint.events) WHERE value = iif(transfer.kind = 'accrual', 'accrual.created', 'accrual.reversed'))
ON CONFLICT (endpoint_id, event_id) DO NOTHING

-- How orders came out, where it is otherwise than before. An order that is held, awaited or not paid yet has not come out.
-- The touch is what the order carried of the partner's, in whichever of its events. ?1 is now, ?2 how many rows are looked at.
INSERT INTO hook_delivery (endpoint_id, event_id, kind, at, facts, due_at)
SELECT endpoint_id, 'evt_' || replace(kind, '.', '_') || '_' || decision_id, kind, decided_at,
  json_object('order', external_id, 'outcome', outcome, 'partner', partner, 'evidence', evidence, 'currency', currency,
    'amount_minor', amount_minor, 'commission_minor', commission_minor, 'click_id', nullif(click ->> '$.id', '00000000-0000-0000-0000-000000000000'),
    'link', (SELECT code FROM link WHERE link.id = click ->> '$.link')), ?1
FROM (
  SELECT endpoint.id AS endpoint_id, endpoint.events AS events, decision.id AS decision_id, decision.decided_at AS decided_at,
    orders.external_id AS external_id, decision.outcome AS outcome, partner.code AS partner, decision.evidence AS evidence,
    said.body ->> '$.currency' AS currency,
    (SELECT sum((value ->> '$.net_minor') - coalesce(value ->> '$.refunded_minor', 0)) FROM json_each(said.body, '$.lines')) AS amount_minor,
    iif(decision.transfers IS NULL,
      (SELECT sum(amount_minor) FROM transfer
        WHERE transfer.id BETWEEN decision.id * 64 AND decision.id * 64 + 63 AND kind = 'accrual' AND credit = decision.partner_id * 8 + 2),
      (SELECT sum(value ->> 2) FROM json_each(decision.transfers)
        WHERE value ->> 4 = 'accrual' AND value ->> 1 = decision.partner_id * 8 + 2)) AS commission_minor,
    (SELECT touch.value FROM order_event AS said CROSS JOIN json_each(said.body, '$.carried') AS touch
      WHERE said.order_id = decision.order_id AND touch.value ->> '$.partner' = decision.partner_id
      ORDER BY said.body ->> '$.kind' = 'order' DESC, touch.value ->> '$.at' DESC, said.id DESC, touch.key DESC LIMIT 1) AS click,
    CASE
      WHEN decision.outcome = 'credited' AND (prior.outcome IS NOT 'credited' OR prior.partner_id IS NOT decision.partner_id) THEN 'order.credited'
      WHEN decision.outcome IN ('refused', 'limited', 'unattributed') AND prior.outcome IS NOT decision.outcome THEN 'order.not_credited'
      WHEN decision.outcome = 'unpaid' AND prior.outcome = 'credited' THEN 'order.not_credited'
    END AS kind
  FROM hook_endpoint AS endpoint
  CROSS JOIN decision ON decision.id > endpoint.told_decision AND decision.id <= endpoint.told_decision + ?2
  CROSS JOIN orders ON orders.id = decision.order_id
  LEFT JOIN decision AS prior ON prior.order_id = decision.order_id AND prior.revision = (
    SELECT max(revision) FROM decision AS older WHERE older.order_id = decision.order_id AND older.revision < decision.revision
  )
  LEFT JOIN partner ON partner.id = coalesce(decision.partner_id, prior.partner_id)
  LEFT JOIN order_event AS said ON said.id = (
    SELECT id FROM order_event WHERE order_event.order_id = decision.order_id AND body ->> '$.kind' = 'order'
    ORDER BY json_array_length(body, '$.lines') > 0 DESC, id DESC LIMIT 1
  )
  WHERE endpoint.paused_at IS NULL
    AND (endpoint.partner_id IS NULL OR endpoint.partner_id = partner.id)
)
WHERE kind IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(events) WHERE value = kind)
ON CONFLICT (endpoint_id, event_id) DO NOTHING

-- As in list_partners.sql, the newest first. Of one partner those that he has earned anything by, and of who was credited
-- no more than himself. What an order is, is folded from its events.
SELECT orders.id AS id, orders.external_id AS external_id, orders.revision AS revision,
  orders.decided_revision AS decided_revision, orders.latest_event_at AS updated_at, decision.outcome AS outcome,
  CASE WHEN ?4 IN (0, partner.id) THEN partner.code END AS partner,
  (SELECT json_group_array(json_array(id, source, at, body)) FROM order_event WHERE order_event.order_id = orders.id) AS events
FROM (
  SELECT id FROM orders WHERE ?4 = 0 AND id BETWEEN ?1 AND ?2
  UNION
  SELECT decision.order_id FROM transfer JOIN decision ON decision.id = transfer.id / 64
  WHERE ?4 <> 0 AND transfer.credit = ?4 * 8 + 2 AND transfer.credit % 8 IN (2, 3) AND decision.order_id BETWEEN ?1 AND ?2
  ORDER BY id DESC LIMIT ?3
) AS page
JOIN orders ON orders.id = page.id
LEFT JOIN decision ON decision.order_id = orders.id AND decision.revision = orders.decided_revision
LEFT JOIN partner ON partner.id = decision.partner_id
ORDER BY orders.id DESC

-- As report_months.sql, by the clicks that orders carried of whom they are credited to, in pieces: JSON of
-- [click, currency, commission_minor, orders]. What is taken back follows from whom it was credited to before.
SELECT json_group_array(json_array(click, currency, minor, orders)) AS clicks
FROM (
  SELECT coalesce((
      SELECT touch.value ->> '$.id' FROM order_event AS said CROSS JOIN json_each(said.body, '$.carried') AS touch
      WHERE said.order_id = booked.order_id AND touch.value ->> '$.partner' = booked.partner_id
      ORDER BY said.body ->> '$.kind' = 'order' DESC, touch.value ->> '$.at' DESC, said.id DESC, touch.key DESC LIMIT 1
    ), '') AS click, booked.currency AS currency, booked.minor AS minor, booked.orders AS orders,
    row_number() OVER () / 5000 AS piece
  FROM (
    SELECT decision.order_id AS order_id, coalesce(prior.partner_id, decision.partner_id) AS partner_id,
      part.currency AS currency, sum(part.minor) AS minor, max(part.tier = 1 AND part.minor > 0) AS orders
    FROM (
      SELECT id, currency, tier, amount_minor AS minor
      FROM transfer INDEXED BY transfer_by_credit
      WHERE credit % 8 IN (2, 3) AND credit BETWEEN ?3 AND ?4 AND created_at >= ?1 AND created_at < ?2
        AND kind IN ('accrual', 'charity')
      UNION ALL
      SELECT id, currency, tier, -amount_minor
      FROM transfer INDEXED BY transfer_by_debit
      WHERE debit % 8 IN (2, 3) AND debit BETWEEN ?3 AND ?4 AND created_at >= ?1 AND created_at < ?2
        AND kind IN ('reversal', 'charity_reversal')
    ) AS part
    JOIN decision ON decision.id = part.id / 64
    LEFT JOIN decision AS prior ON part.minor < 0 AND prior.order_id = decision.order_id AND prior.revision = (
      SELECT max(revision) FROM decision AS older WHERE older.order_id = decision.order_id AND older.revision < decision.revision
    )
    GROUP BY decision.order_id, 2, part.currency
  ) AS booked
) AS told
GROUP BY piece

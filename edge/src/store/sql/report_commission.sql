-- What report_months.sql adds up, by product. The ledger knows whole orders: what a decision booked is shared out by what its
-- steps say of each line, less what the order's decision before said; where that is no difference (another partner earns,
-- or the order was given back whole), by the lines themselves. Weights are whole numbers, and shares add up to what was booked.
WITH booked AS (
  SELECT part.id / 64 AS decision_id, part.currency AS currency, sum(part.minor) AS minor
  FROM (
    SELECT id, currency, amount_minor AS minor
    FROM transfer INDEXED BY transfer_by_credit
    WHERE credit % 8 IN (2, 3) AND credit BETWEEN ?3 AND ?4 AND created_at >= ?1 AND created_at < ?2
      AND kind IN ('accrual', 'charity')
    UNION ALL
    SELECT id, currency, -amount_minor
    FROM transfer INDEXED BY transfer_by_debit
    WHERE debit % 8 IN (2, 3) AND debit BETWEEN ?3 AND ?4 AND created_at >= ?1 AND created_at < ?2
      AND kind IN ('reversal', 'charity_reversal')
  ) AS part
  GROUP BY part.id / 64, part.currency
),
-- A step of a tier or of charity, of this decision and of the one before: ["r", tier, parts, amount, …], ["y", parts, amount, …].
said AS (
  SELECT booked.decision_id AS decision_id, decision.id = booked.decision_id AS is_now, step.key AS step,
    step.value AS value, iif(step.value ->> 0 = 'r', 2, 1) AS place
  FROM booked
  CROSS JOIN decision AS now ON now.id = booked.decision_id
  CROSS JOIN decision ON decision.order_id = now.order_id AND decision.revision IN (now.revision, (
    SELECT max(revision) FROM decision AS older WHERE older.order_id = now.order_id AND older.revision < now.revision
  ))
  CROSS JOIN json_each(decision.steps) AS step
  WHERE CASE WHEN step.type = 'array' THEN step.value ->> 0 IN ('r', 'y') ELSE 0 END
),
-- Its lines: `10% of 250.00`, `2.00 × 3`, both with `and` between them, or `…` for all that follow.
line AS (
  SELECT said.decision_id AS decision_id, said.is_now AS is_now, said.step AS step, part.value ->> 1 AS sku, part.value ->> 0 AS told,
    CAST(round((said.value ->> (said.place + 1)) * 1000) AS INTEGER) * 10000 AS whole,
    iif(instr(part.value ->> 0, '% of ') > 0, CAST(round((part.value ->> 0) * 100) AS INTEGER)
      * CAST(round(substr(part.value ->> 0, instr(part.value ->> 0, '% of ') + 5) * 1000) AS INTEGER), 0)
    + iif(instr(part.value ->> 0, ' × ') > 0, CAST(round(substr(part.value ->> 0, iif(instr(part.value ->> 0, ' and ') > 0,
        instr(part.value ->> 0, ' and ') + 5, 1)) * 1000) AS INTEGER)
      * CAST(substr(part.value ->> 0, instr(part.value ->> 0, ' × ') + 3) AS INTEGER) * 10000, 0) AS weight
  FROM said CROSS JOIN json_each(said.value, '$[' || said.place || ']') AS part
),
share AS (
  SELECT decision_id, sku, sum(iif(is_now, weight, 0)) AS now, sum(iif(is_now, 0, weight)) AS before
  FROM (
    SELECT decision_id, is_now, iif(told = '…', told, sku) AS sku,
      iif(told = '…', max(0, whole - sum(weight) OVER (PARTITION BY decision_id, is_now, step)), weight) AS weight
    FROM line
  )
  GROUP BY decision_id, sku
),
weighed AS (
  SELECT decision_id, sku, CASE
      WHEN sum(abs(now - before)) OVER whole > 0 THEN abs(now - before)
      WHEN sum(now) OVER whole > 0 THEN now WHEN sum(before) OVER whole > 0 THEN before ELSE 1
    END AS weight
  FROM share WINDOW whole AS (PARTITION BY decision_id)
)
SELECT what, currency, sum(minor) AS commission_minor
FROM (
  SELECT coalesce(sku, '') AS what, booked.currency AS currency,
    coalesce(
      CAST(round(booked.minor * 1.0 * sum(weight) OVER upto / sum(weight) OVER whole) AS INTEGER)
      - CAST(round(booked.minor * 1.0 * (sum(weight) OVER upto - weight) / sum(weight) OVER whole) AS INTEGER),
      booked.minor
    ) AS minor
  FROM booked LEFT JOIN weighed ON weighed.decision_id = booked.decision_id
  WINDOW whole AS (PARTITION BY booked.decision_id, booked.currency), upto AS (PARTITION BY booked.decision_id, booked.currency ORDER BY sku)
)
GROUP BY what, currency ORDER BY what

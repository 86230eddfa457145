-- What has been due for longest, of endpoints that hear. It is nobody else's until ?2. Repeated, because an answer got
-- lost, this leases others: those of the lost answer come again when their lease has ended.
UPDATE hook_delivery
SET due_at = ?2, tries = tries + 1, status = NULL
WHERE id IN (
  SELECT due.id FROM hook_delivery AS due
  CROSS JOIN hook_endpoint AS endpoint ON endpoint.id = due.endpoint_id
  WHERE due.due_at <= ?1 AND due.sent_at IS NULL AND due.failed_at IS NULL
    AND endpoint.paused_at IS NULL AND endpoint.rests_until <= ?1
  ORDER BY due.due_at LIMIT ?3
)
RETURNING id, endpoint_id, event_id, kind, at, facts, tries, facts ->> '$.click_id' AS click_id,
  (SELECT url FROM hook_endpoint WHERE hook_endpoint.id = endpoint_id) AS url,
  (SELECT secrets FROM hook_endpoint WHERE hook_endpoint.id = endpoint_id) AS secrets,
  (SELECT failed_rounds FROM hook_endpoint WHERE hook_endpoint.id = endpoint_id) AS failed_rounds

-- All of them: the merchant's own, and of each partner five at most. Without the keys.
SELECT endpoint.id, endpoint.url, endpoint.events, partner.code, endpoint.paused_at, endpoint.is_gone,
  (SELECT count(*) FROM hook_delivery WHERE hook_delivery.endpoint_id = endpoint.id AND sent_at IS NULL AND failed_at IS NULL) AS waiting,
  (SELECT count(*) FROM hook_delivery WHERE hook_delivery.endpoint_id = endpoint.id AND failed_at IS NOT NULL) AS failed
FROM hook_endpoint AS endpoint LEFT JOIN partner ON partner.id = endpoint.partner_id
ORDER BY endpoint.id

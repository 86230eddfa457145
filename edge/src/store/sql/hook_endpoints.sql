-- The merchant's own first, then the newest postbacks. ?1 is whose, 0 for the merchant, who sees everybody's. They are
-- few: each partner has five at most, and a page shows fifty.
SELECT endpoint.id AS id, endpoint.url AS url, endpoint.secrets AS secrets, endpoint.paused_at IS NOT NULL AS is_paused,
  endpoint.is_gone AS is_gone, endpoint.rests_until AS rests_until,
  coalesce(partner.code || ': ', '') || (SELECT group_concat(value, ', ') FROM json_each(endpoint.events)) AS about
FROM hook_endpoint AS endpoint LEFT JOIN partner ON partner.id = endpoint.partner_id
WHERE ?1 = 0 OR endpoint.partner_id = ?1
ORDER BY endpoint.partner_id IS NOT NULL, endpoint.id DESC LIMIT 50

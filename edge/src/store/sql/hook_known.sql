-- What is there of endpoint ?1 and of line ?3 of the log, for ?2: 0 is the merchant, who may see everybody's.
SELECT (SELECT count(*) FROM hook_endpoint WHERE coalesce(partner_id, 0) = ?2) AS count, endpoint.url AS url, endpoint.secrets AS secrets,
  (SELECT delivery.event_id FROM hook_delivery AS delivery JOIN hook_endpoint AS hearer ON hearer.id = delivery.endpoint_id
    WHERE delivery.id = ?3 AND (?2 = 0 OR hearer.partner_id = ?2)) AS event_id
FROM (SELECT 1) LEFT JOIN hook_endpoint AS endpoint ON endpoint.id = ?1 AND (?2 = 0 OR endpoint.partner_id = ?2)

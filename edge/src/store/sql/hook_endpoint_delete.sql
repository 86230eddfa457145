-- With its log.
DELETE FROM hook_endpoint WHERE id = ?1 AND (?2 = 0 OR partner_id = ?2)

SELECT id, secrets FROM hook_endpoint WHERE coalesce(partner_id, 0) = 0 AND url = ?1

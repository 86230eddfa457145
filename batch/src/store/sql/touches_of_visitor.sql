SELECT ?1, at, id, kind, partner_id, link_id FROM touch WHERE visitor = ?2

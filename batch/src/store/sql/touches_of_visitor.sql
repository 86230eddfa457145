SELECT at, id, kind, partner_id, link_id FROM touch WHERE visitor = ?1

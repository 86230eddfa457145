SELECT partner_id, valid_from, terms FROM partner_version ORDER BY partner_id, valid_from

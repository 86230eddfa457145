SELECT code, partner_id FROM link

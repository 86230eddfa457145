SELECT id, partner_id, window_days, active, consent, target FROM link WHERE code = ?1

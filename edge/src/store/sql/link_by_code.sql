SELECT id, partner_id, window_days, active, target FROM link WHERE code = ?1

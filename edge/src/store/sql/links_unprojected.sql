SELECT id, code, revision, partner_id, window_days, active, consent, target
FROM link WHERE projected < revision ORDER BY id LIMIT ?1

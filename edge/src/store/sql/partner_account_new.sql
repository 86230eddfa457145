-- For a partner who signs himself up: a log-in that was closed is opened again by the merchant alone.
INSERT INTO account (email, role, partner_id, language, created_at)
SELECT ?2, 'partner', id, ?3, ?4 FROM partner WHERE code = ?1

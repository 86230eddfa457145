-- For a partner by his code: he may be made in the same transaction.
INSERT INTO account (email, role, partner_id, language, created_at)
SELECT ?2, 'partner', id, ?3, ?4 FROM partner WHERE code = ?1

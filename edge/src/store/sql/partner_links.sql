-- A page and one more of a partner's links, the newest first: those before ?2.
SELECT id, code, target, active FROM link
WHERE partner_id = (SELECT id FROM partner WHERE code = ?1) AND id < ?2 ORDER BY id DESC LIMIT ?3

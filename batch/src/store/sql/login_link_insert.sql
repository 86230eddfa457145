-- For an open account of this address, role and partner, and for no other.
INSERT INTO login_link (hash, account_id, made_at, until)
SELECT ?1, account.id, ?3, ?4
FROM account LEFT JOIN partner ON partner.id = account.partner_id
WHERE account.email = ?2 AND account.role = ?5 AND coalesce(partner.code, '') = ?6 AND account.closed_at IS NULL

-- Before a link moves an account (the two beside this one).
INSERT INTO audit (at, who, what, subject, before, after)
SELECT ?2, account.email, 'partner.changed', coalesce(partner.code, ''), json_object('email', account.email),
  json_object('email', link.moves_to)
FROM login_link AS link JOIN account ON account.id = link.account_id LEFT JOIN partner ON partner.id = account.partner_id
WHERE link.hash = ?1 AND link.used_at IS NULL AND link.until > ?2 AND link.moves_to <> ''

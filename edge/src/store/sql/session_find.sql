SELECT account.id AS id, account.email AS email, account.role AS role, account.partner_id AS partner_id,
  partner.code AS partner_code, account.language AS language, account.password IS NOT NULL AS has_password,
  session.by_link AS by_link, session.created_at AS created_at, session.seen_at AS seen_at,
  coalesce((
    SELECT terms ->> '$.status' FROM partner_version
    WHERE partner_version.partner_id = account.partner_id AND valid_from <= ?2 ORDER BY valid_from DESC LIMIT 1
  ), 'active') = 'active' AS is_active
FROM session
JOIN account ON account.id = session.account_id
LEFT JOIN partner ON partner.id = account.partner_id
WHERE session.hash = ?1 AND account.closed_at IS NULL

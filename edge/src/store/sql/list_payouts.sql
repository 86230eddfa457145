-- As in list_partners.sql, the newest first.
SELECT page.id AS id, coalesce(partner.code, 'charity:' || charity.code, '') AS receiver, page.amount_minor AS amount,
  page.currency AS currency, page.state AS state, page.requisites ->> '$.method' AS method,
  page.prepared_at AS prepared_at, nullif(page.changed_at, 0) AS changed_at
FROM (
  SELECT id, account, amount_minor, currency, state, requisites, prepared_at, changed_at FROM payout
  WHERE ?4 = 0 AND id BETWEEN ?1 AND ?2
  UNION ALL
  SELECT id, account, amount_minor, currency, state, requisites, prepared_at, changed_at FROM payout
  WHERE ?4 <> 0 AND account = ?4 * 8 + 2 AND id BETWEEN ?1 AND ?2
  ORDER BY id DESC LIMIT ?3
) AS page
LEFT JOIN partner ON page.account % 8 = 2 AND partner.id = page.account / 8
LEFT JOIN charity ON page.account % 8 = 3 AND charity.id = page.account / 8
ORDER BY page.id DESC

-- A scan: a merchant has some thousand partners, and addresses have no index.
SELECT json_object('code', partner.code, 'name', partner.name, 'email', partner.email, 'site', partner.site,
  'phone', partner.phone, 'since', strftime('%Y-%m-%dT%H:%M:%SZ', partner.created_at, 'unixepoch'),
  'links', json((SELECT json_group_array(json_object('code', link.code, 'target', link.target)) FROM link
    WHERE link.partner_id = partner.id)),
  'terms', json((SELECT json_group_array(json(version.terms)) FROM partner_version AS version
    WHERE version.partner_id = partner.id)),
  'requisites', json((SELECT json_group_array(json(requisites.details)) FROM requisites
    WHERE requisites.account = partner.id * 8 + 2)),
  'payouts', json((SELECT json_group_array(json_object('amount_minor', payout.amount_minor, 'currency', payout.currency,
    'state', payout.state, 'requisites', json(payout.requisites), 'note', payout.note)) FROM payout
    WHERE payout.account = partner.id * 8 + 2))) AS said
FROM partner WHERE lower(partner.email) = ?1

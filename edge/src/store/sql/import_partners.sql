-- All partners with all their terms: an upline may lead through any of them. For files of partners alone.
SELECT partner.id AS id, partner.code AS code, partner.name AS name, partner.email AS email, '' AS payout_email,
  version.valid_from AS valid_from, version.terms AS value
FROM partner JOIN partner_version AS version ON version.partner_id = partner.id
ORDER BY partner.id, version.valid_from

-- Everybody whom an order may name: by code (?1), coupon (?2) or the customer (?3, ?4), the programs' house
-- partners, and whoever stood above one of them at any time; each with all his terms.
WITH RECURSIVE asked (id) AS (
  SELECT id FROM partner WHERE code = ?1
  UNION SELECT partner_id FROM coupon WHERE code IN (SELECT value FROM json_each(?2))
  UNION SELECT contact_touch.partner_id FROM contact JOIN contact_touch ON contact_touch.contact_id = contact.id
  WHERE contact.email = ?3 OR contact.id = ?4
  UNION SELECT rules ->> '$.house_partner' FROM program_version WHERE rules ->> '$.house_partner' IS NOT NULL
  UNION SELECT version.terms ->> '$.parent' FROM asked JOIN partner_version AS version ON version.partner_id = asked.id
  WHERE version.terms ->> '$.parent' IS NOT NULL
)
SELECT partner.id AS id, partner.code AS code, partner.name AS name, partner.email AS email, coalesce((
    SELECT requisites.details ->> '$.email' FROM requisites
    WHERE requisites.account = partner.id * 8 + 2 AND requisites.details ->> '$.email' IS NOT NULL
    ORDER BY requisites.id DESC LIMIT 1
  ), '') AS payout_email, version.valid_from AS valid_from, version.terms AS value
FROM asked JOIN partner ON partner.id = asked.id JOIN partner_version AS version ON version.partner_id = partner.id
ORDER BY partner.id, version.valid_from

-- With the address of the newest payout account that has one: a buyer who has it is the partner.
SELECT partner.id, partner.code, partner.name, partner.email, coalesce((
  SELECT requisites.details ->> 'email' FROM requisites
  WHERE requisites.account = partner.id * 8 + 2 AND requisites.details ->> 'email' IS NOT NULL
  ORDER BY requisites.id DESC LIMIT 1
), '') AS payout_email
FROM partner ORDER BY partner.id

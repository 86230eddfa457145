-- Whom to write to, of some partners (?1: their numbers in JSON). An open log-in's address before that of the record.
SELECT partner.id, partner.code, partner.name, coalesce(account.email, partner.email) AS email, account.language AS language
FROM partner LEFT JOIN account ON account.partner_id = partner.id AND account.closed_at IS NULL
WHERE partner.id IN (SELECT value FROM json_each(?1)) ORDER BY partner.id

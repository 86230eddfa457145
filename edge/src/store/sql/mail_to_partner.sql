-- A partner as he is written to (?1: his code), with what the merchant says in his language in a letter of a kind (?2).
-- Without a log-in he has said no language: ?3.
SELECT partner.name AS name, coalesce(account.email, partner.email) AS email, coalesce(account.language, ?3) AS language,
  mail_text.subject AS subject, mail_text.body AS body
FROM partner
LEFT JOIN account ON account.partner_id = partner.id AND account.closed_at IS NULL
LEFT JOIN mail_text ON mail_text.kind = ?2 AND mail_text.language = coalesce(account.language, ?3)
WHERE partner.code = ?1

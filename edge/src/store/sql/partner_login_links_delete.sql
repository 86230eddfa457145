DELETE FROM login_link
WHERE used_at IS NULL AND ?2 <> '' AND account_id = (SELECT account.id FROM account JOIN partner ON partner.id = account.partner_id WHERE partner.code = ?1)

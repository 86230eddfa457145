-- Whether the address that somebody logs in with is his.

-- When he first followed a link that was sent there: nothing before, and nothing again once the merchant names another address.
-- Written by the Worker with the link's use; links and sessions are forgotten, and this stays.
ALTER TABLE account ADD COLUMN confirmed_at INTEGER;

-- Of those who followed one before, as far as it can be told: nothing else leads to a session or a password.
UPDATE account SET confirmed_at = created_at
WHERE password IS NOT NULL OR EXISTS (SELECT 1 FROM session WHERE session.account_id = account.id)
  OR EXISTS (SELECT 1 FROM login_link WHERE login_link.account_id = account.id AND login_link.used_at IS NOT NULL);

-- A partner who wants to log in with another address follows a link that is mailed there.

-- The address that a link moves its account to; empty for a link that only logs in. Written by the page "Settings".
ALTER TABLE login_link ADD COLUMN moves_to TEXT NOT NULL DEFAULT '';

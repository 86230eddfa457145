-- Log-ins, what their holders did, and mail that waits to be sent.

-- A log-in: of the merchant's people, or of a partner. Written by the Worker and by `tributary accounts`.
CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  -- In lower case, as contacts are.
  email TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'agent', 'reader', 'partner')),
  -- Whose cabinet it opens; a partner may do without an account, and earns all the same.
  partner_id INTEGER UNIQUE REFERENCES partner (id),
  -- Argon2id in PHC form; nothing while he logs in by link alone.
  password TEXT,
  language TEXT NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'ru')),
  created_at INTEGER NOT NULL,
  -- From then on it opens nothing.
  closed_at INTEGER,
  CHECK ((role = 'partner') = (partner_id IS NOT NULL))
) STRICT;

-- Who is logged in. Of the 256 random bits in the cookie only the hash is here.
CREATE TABLE session (
  hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
  account_id INTEGER NOT NULL REFERENCES account (id),
  created_at INTEGER NOT NULL,
  -- When it was used last, to within some minutes.
  seen_at INTEGER NOT NULL,
  -- Whether it began with a mailed link: whoever has forgotten his password sets another.
  by_link INTEGER NOT NULL DEFAULT 0 CHECK (by_link IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX session_of_account ON session (account_id);

-- Links that log in once, as they are mailed.
CREATE TABLE login_link (
  hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
  account_id INTEGER NOT NULL REFERENCES account (id),
  made_at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX login_link_of_account ON login_link (account_id, made_at);

-- Tries that failed, by the name that was given, whether anybody has it or not.
CREATE TABLE login_failure (
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (name, at, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX login_failure_by_age ON login_failure (at);

-- What people did on the pages: who, when, what.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  who TEXT NOT NULL CHECK (who <> ''),
  -- As in `partner.created`.
  what TEXT NOT NULL,
  -- The code or number of what was changed.
  subject TEXT NOT NULL,
  before TEXT NOT NULL DEFAULT '',
  after TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'history is never changed');
END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'history is never deleted');
END;

-- Mail, written in the transaction of its cause. Sent by whoever leases it; a Message-ID is made from the cause.
CREATE TABLE mail (
  id INTEGER PRIMARY KEY,
  -- One mail for one cause, as in `login_link/…`.
  cause TEXT NOT NULL UNIQUE,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  -- Not to be tried before.
  due_at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER,
  -- It is not tried any more.
  failed_at INTEGER,
  problem TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX mail_due ON mail (due_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX mail_failed ON mail (id) WHERE failed_at IS NOT NULL;

-- Orders that wait for somebody's word, without a look at all others.
CREATE INDEX decision_held ON decision (order_id) WHERE outcome = 'held';
CREATE INDEX link_of_partner ON link (partner_id);

-- What the merchant knows of a partner beside his name.
ALTER TABLE partner ADD COLUMN site TEXT NOT NULL DEFAULT '';
ALTER TABLE partner ADD COLUMN phone TEXT NOT NULL DEFAULT '';

-- Balances are summed out of these alone: all of them in the order of the index, one by a piece of it.
DROP INDEX transfer_by_credit;
DROP INDEX transfer_by_debit;
CREATE INDEX transfer_by_credit ON transfer (credit, currency, payable_from, kind, amount_minor, created_at)
  WHERE credit % 8 IN (2, 3);
CREATE INDEX transfer_by_debit ON transfer (debit, currency, payable_from, kind, amount_minor, created_at)
  WHERE debit % 8 IN (2, 3);

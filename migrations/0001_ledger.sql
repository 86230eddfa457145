-- Tributary's tables. D1 is the truth; KV is a projection of it. Migrations are only ever added.
--
-- Instants are whole seconds since 1970 (UTC), amounts are minor units of their currency, ids of rows are numbers.
-- Money tables (rules, contacts, orders, decisions, transfers) and event tables (0002) never meet in one statement, so
-- that they can live in two databases.

-- ---------------------------------------------------------------- rules: written by imports and the admin

CREATE TABLE program (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  currency TEXT NOT NULL CHECK (length(currency) = 3)
) STRICT;

-- An order is judged by the version in force when it was paid. 0 as valid_from: for ever back.
CREATE TABLE program_version (
  program_id INTEGER NOT NULL REFERENCES program (id),
  valid_from INTEGER NOT NULL CHECK (valid_from >= 0),
  rules TEXT NOT NULL CHECK (json_valid(rules)),
  changed_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (program_id, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE partner (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  email TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE partner_version (
  partner_id INTEGER NOT NULL REFERENCES partner (id),
  valid_from INTEGER NOT NULL CHECK (valid_from >= 0),
  terms TEXT NOT NULL CHECK (json_valid(terms)),
  changed_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (partner_id, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE product (
  id INTEGER PRIMARY KEY,
  sku TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL
) STRICT;

CREATE TABLE product_version (
  product_id INTEGER NOT NULL REFERENCES product (id),
  valid_from INTEGER NOT NULL CHECK (valid_from >= 0),
  terms TEXT NOT NULL CHECK (json_valid(terms)),
  changed_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (product_id, valid_from)
) STRICT, WITHOUT ROWID;

-- Codes in upper case: case makes no difference to a buyer.
CREATE TABLE coupon (
  code TEXT PRIMARY KEY,
  partner_id INTEGER NOT NULL REFERENCES partner (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE charity (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL
) STRICT;

-- Codes in lower case. KV holds a copy of each link; `projected` lags behind `revision` until it is written there.
CREATE TABLE link (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  partner_id INTEGER NOT NULL REFERENCES partner (id),
  product_id INTEGER REFERENCES product (id),
  target TEXT NOT NULL CHECK (length(target) BETWEEN 1 AND 2048),
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  window_days INTEGER NOT NULL CHECK (window_days > 0),
  revision INTEGER NOT NULL DEFAULT 1,
  projected INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX link_unprojected ON link (id) WHERE projected < revision;

-- Only the hash of a key is kept.
CREATE TABLE api_key (
  hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- contacts: written by opt-ins and orders

CREATE TABLE contact (
  id INTEGER PRIMARY KEY,
  email TEXT UNIQUE,
  external_id TEXT UNIQUE,
  name TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  CHECK (email IS NOT NULL OR external_id IS NOT NULL)
) STRICT;

-- Evidence that a contact is a partner's. Whom he is bound to is reckoned from it when an order is judged.
CREATE TABLE contact_touch (
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  at INTEGER NOT NULL,
  bound_by TEXT NOT NULL CHECK (bound_by IN ('opt_in', 'coupon', 'touch', 'order', 'hand')),
  partner_id INTEGER NOT NULL REFERENCES partner (id),
  -- The touch behind it; -1 where there was none.
  touched_at INTEGER NOT NULL DEFAULT -1,
  -- What says so: the order, the page, or who and why.
  source TEXT NOT NULL,
  PRIMARY KEY (contact_id, at, bound_by, partner_id, touched_at, source)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- orders: written by intake

-- What an order is, is folded from its events. `revision` counts them; a trigger keeps it.
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  external_id TEXT NOT NULL UNIQUE,
  revision INTEGER NOT NULL DEFAULT 0,
  decided_revision INTEGER NOT NULL DEFAULT 0,
  -- The latest of its events' own times: the night leaves it alone until this is long enough ago.
  latest_event_at INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX orders_undecided ON orders (id) WHERE decided_revision < revision;

CREATE TABLE order_event (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders (id),
  source TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  -- SHA-256 of what was said, for telling a repetition from a contradiction.
  body_hash TEXT NOT NULL CHECK (length(body_hash) = 64),
  body TEXT NOT NULL CHECK (json_valid(body)),
  UNIQUE (source, event_id)
) STRICT;

CREATE INDEX order_event_of_order ON order_event (order_id);

CREATE TRIGGER order_event_revises AFTER INSERT ON order_event BEGIN
  UPDATE orders
  SET revision = revision + 1, latest_event_at = max(latest_event_at, NEW.at)
  WHERE id = NEW.order_id;
END;

CREATE TRIGGER order_event_is_kept BEFORE UPDATE ON order_event BEGIN
  SELECT RAISE(ABORT, 'order events are never changed');
END;

-- ---------------------------------------------------------------- the night: written by the batch alone

-- Who may write decisions and transfers. A run whose token is not the newest any more writes nothing.
CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  token INTEGER NOT NULL,
  holder TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  as_of INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  report TEXT CHECK (json_valid(report))
) STRICT;

-- Immutable, with the transfers that follow from it: they are booked from here, so that a night that dies can be
-- finished by any other.
CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders (id),
  revision INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run (id),
  decided_at INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('credited', 'held', 'unattributed', 'unpaid', 'awaited')),
  held TEXT,
  partner_id INTEGER REFERENCES partner (id),
  evidence TEXT,
  steps TEXT NOT NULL CHECK (json_valid(steps)),
  -- [[debit, credit, amount, currency, kind, tier, payable_from], …]
  transfers TEXT NOT NULL CHECK (json_valid(transfers)),
  UNIQUE (order_id, revision)
) STRICT;

-- The ledger. An account is its owner's row times 8 plus what it is: 1 program's expense, 2 partner, 3 charity.
-- The id is the decision's times 64 plus the place in it: ascending in order of writing, and the same when written twice.
CREATE TABLE transfer (
  id INTEGER PRIMARY KEY,
  decision_id INTEGER REFERENCES decision (id),
  debit INTEGER NOT NULL,
  credit INTEGER NOT NULL CHECK (credit <> debit),
  amount_minor INTEGER NOT NULL CHECK (amount_minor BETWEEN 1 AND 9007199254740991),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  kind TEXT NOT NULL CHECK (kind IN ('accrual', 'reversal', 'charity', 'charity_reversal')),
  tier INTEGER NOT NULL CHECK (tier BETWEEN 0 AND 10),
  payable_from INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER transfer_is_not_changed BEFORE UPDATE ON transfer BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only: a correction is one more transfer');
END;

CREATE TRIGGER transfer_is_not_deleted BEFORE DELETE ON transfer BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only: a correction is one more transfer');
END;

CREATE TRIGGER decision_is_not_changed BEFORE UPDATE ON decision BEGIN
  SELECT RAISE(ABORT, 'a decision is immutable: another revision of the order gets another');
END;

CREATE TRIGGER decision_is_not_deleted BEFORE DELETE ON decision BEGIN
  SELECT RAISE(ABORT, 'a decision is immutable: another revision of the order gets another');
END;

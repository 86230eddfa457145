-- From accrual to money sent: payouts, requisites, the merchant's own data, who changed which rule, orders by person.
--
-- Decisions and transfers are made anew with more words in their checks. `transfer.decision_id` is gone: a transfer's id
-- divided by 64 is the decision or the posting it follows from; both take their ids from one sequence.

CREATE TABLE decision_0003 (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders (id),
  revision INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run (id),
  decided_at INTEGER NOT NULL,
  outcome TEXT NOT NULL
    CHECK (outcome IN ('credited', 'held', 'refused', 'limited', 'unattributed', 'unpaid', 'awaited')),
  held TEXT,
  partner_id INTEGER REFERENCES partner (id),
  evidence TEXT,
  steps TEXT NOT NULL CHECK (json_valid(steps)),
  -- [[debit, credit, amount, currency, kind, tier, payable_from], …]
  transfers TEXT NOT NULL CHECK (json_valid(transfers)),
  UNIQUE (order_id, revision)
) STRICT;

INSERT INTO decision_0003 (id, order_id, revision, run_id, decided_at, outcome, held, partner_id, evidence, steps, transfers)
SELECT id, order_id, revision, run_id, decided_at, outcome, held, partner_id, evidence, steps, transfers FROM decision ORDER BY id;

-- An account is its owner's row times 8 plus what it is: 1 program's expense, 2 partner, 3 charity, 4 paid (the owner is
-- the method: 1 bank, 2 paypal, 3 wise, 4 emoney, 5 cash), 5 adjustments (the owner is 0).
CREATE TABLE transfer_0003 (
  id INTEGER PRIMARY KEY,
  debit INTEGER NOT NULL,
  credit INTEGER NOT NULL CHECK (credit <> debit),
  amount_minor INTEGER NOT NULL CHECK (amount_minor BETWEEN 1 AND 9007199254740991),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  kind TEXT NOT NULL CHECK (
    kind IN ('accrual', 'reversal', 'charity', 'charity_reversal', 'payout', 'payout_return', 'adjustment')
  ),
  tier INTEGER NOT NULL CHECK (tier BETWEEN 0 AND 10),
  payable_from INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

INSERT INTO transfer_0003 (id, debit, credit, amount_minor, currency, kind, tier, payable_from, created_at)
SELECT id, debit, credit, amount_minor, currency, kind, tier, payable_from, created_at FROM transfer ORDER BY id;

DROP TABLE transfer;
DROP TABLE decision;
ALTER TABLE decision_0003 RENAME TO decision;
ALTER TABLE transfer_0003 RENAME TO transfer;

-- A partner's or a charity's account, for balances and statements of one of them.
CREATE INDEX transfer_by_credit ON transfer (credit) WHERE credit % 8 IN (2, 3);
CREATE INDEX transfer_by_debit ON transfer (debit) WHERE debit % 8 IN (2, 3);

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

-- ---------------------------------------------------------------- money that named persons move

-- What a named person moves: a payout, its return, an adjustment. Immutable, and booked from here like a decision.
CREATE TABLE posting (
  id INTEGER PRIMARY KEY,
  -- What it was made for, once: `payout/7/confirmed`, `adjustment/…`.
  cause TEXT NOT NULL UNIQUE,
  payout_id INTEGER REFERENCES payout (id),
  posted_by TEXT NOT NULL CHECK (posted_by <> ''),
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- As in `decision`.
  transfers TEXT NOT NULL CHECK (json_valid(transfers))
) STRICT;

CREATE INDEX posting_by_payout ON posting (payout_id);

CREATE TRIGGER posting_is_not_changed BEFORE UPDATE ON posting BEGIN
  SELECT RAISE(ABORT, 'a posting is immutable: a correction is one more');
END;

CREATE TRIGGER posting_is_not_deleted BEFORE DELETE ON posting BEGIN
  SELECT RAISE(ABORT, 'a posting is immutable: a correction is one more');
END;

-- Money on its way to a partner or a charity. Prepared: proposed, its amount may be edited. Confirmed: sent, and booked.
-- Failed: not sent, or sent and come back.
CREATE TABLE payout (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL CHECK (account % 8 IN (2, 3)),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  amount_minor INTEGER NOT NULL CHECK (amount_minor BETWEEN 1 AND 9007199254740991),
  -- What could be paid out when it was prepared.
  debt_minor INTEGER NOT NULL,
  -- Where it goes, as it was when it was prepared.
  requisites TEXT NOT NULL CHECK (json_valid(requisites)),
  prepared_by TEXT NOT NULL CHECK (prepared_by <> ''),
  prepared_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'prepared' CHECK (state IN ('prepared', 'confirmed', 'failed')),
  -- Who edited, confirmed or failed it last, when, and why or under which reference.
  changed_by TEXT NOT NULL DEFAULT '',
  changed_at INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT ''
) STRICT;

-- One open proposal for each balance.
CREATE UNIQUE INDEX payout_prepared ON payout (account, currency) WHERE state = 'prepared';
CREATE INDEX payout_by_account ON payout (account, id);

CREATE TRIGGER payout_goes_forward BEFORE UPDATE ON payout
WHEN NOT (
  NEW.id = OLD.id AND NEW.account = OLD.account AND NEW.currency = OLD.currency AND NEW.debt_minor = OLD.debt_minor
  AND NEW.requisites = OLD.requisites AND NEW.prepared_by = OLD.prepared_by AND NEW.prepared_at = OLD.prepared_at
  AND (
    OLD.state = 'prepared'
    OR OLD.state = 'confirmed' AND NEW.state = 'failed' AND NEW.amount_minor = OLD.amount_minor
    OR OLD.state = NEW.state AND NEW.amount_minor = OLD.amount_minor
  )
) BEGIN
  SELECT RAISE(ABORT, 'a payout that was sent is not changed: it can only have come back');
END;

CREATE TRIGGER payout_is_not_deleted BEFORE DELETE ON payout BEGIN
  SELECT RAISE(ABORT, 'payouts are kept: one that is not sent has failed');
END;

-- What became of a payout, kept for ever by triggers.
CREATE TABLE payout_history (
  id INTEGER PRIMARY KEY,
  payout_id INTEGER NOT NULL REFERENCES payout (id),
  state TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT;

CREATE INDEX payout_history_of_payout ON payout_history (payout_id);

CREATE TRIGGER payout_is_recorded AFTER INSERT ON payout BEGIN
  INSERT INTO payout_history (payout_id, state, amount_minor, changed_by, changed_at, note)
  VALUES (NEW.id, NEW.state, NEW.amount_minor, NEW.prepared_by, NEW.prepared_at, NEW.note);
END;

CREATE TRIGGER payout_change_is_recorded AFTER UPDATE ON payout
WHEN NEW.state <> OLD.state OR NEW.amount_minor <> OLD.amount_minor OR NEW.note <> OLD.note BEGIN
  INSERT INTO payout_history (payout_id, state, amount_minor, changed_by, changed_at, note)
  VALUES (NEW.id, NEW.state, NEW.amount_minor, NEW.changed_by, NEW.changed_at, NEW.note);
END;

CREATE TRIGGER payout_history_is_kept BEFORE UPDATE ON payout_history BEGIN
  SELECT RAISE(ABORT, 'history is never changed');
END;

-- Where a partner or a charity wants his money. The newest row holds; the others are history.
CREATE TABLE requisites (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL CHECK (account % 8 IN (2, 3)),
  details TEXT NOT NULL CHECK (json_valid(details)),
  changed_by TEXT NOT NULL CHECK (changed_by <> ''),
  changed_at INTEGER NOT NULL
) STRICT;

CREATE INDEX requisites_of_account ON requisites (account, id);

CREATE TRIGGER requisites_are_kept BEFORE UPDATE ON requisites BEGIN
  SELECT RAISE(ABORT, 'requisites are never changed: new ones are one more row');
END;

-- The merchant's own name, time zone and bank. The newest row holds.
CREATE TABLE merchant (
  id INTEGER PRIMARY KEY,
  details TEXT NOT NULL CHECK (json_valid(details)),
  changed_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

-- ---------------------------------------------------------------- who changed which rule

-- Every version of every rule as it was written, even where a later one with the same `valid_from` took its place.
CREATE TABLE rule_change (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('program', 'partner', 'product')),
  subject_id INTEGER NOT NULL,
  valid_from INTEGER NOT NULL,
  terms TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

CREATE INDEX rule_change_of_subject ON rule_change (kind, subject_id);

INSERT INTO rule_change (kind, subject_id, valid_from, terms, changed_by, changed_at)
SELECT 'program', program_id, valid_from, rules, changed_by, created_at FROM program_version
UNION ALL SELECT 'partner', partner_id, valid_from, terms, changed_by, created_at FROM partner_version
UNION ALL SELECT 'product', product_id, valid_from, terms, changed_by, created_at FROM product_version;

CREATE TRIGGER program_version_is_recorded AFTER INSERT ON program_version BEGIN
  INSERT INTO rule_change (kind, subject_id, valid_from, terms, changed_by, changed_at)
  VALUES ('program', NEW.program_id, NEW.valid_from, NEW.rules, NEW.changed_by, NEW.created_at);
END;

CREATE TRIGGER program_version_change_is_recorded AFTER UPDATE ON program_version WHEN NEW.rules <> OLD.rules BEGIN
  INSERT INTO rule_change (kind, subject_id, valid_from, terms, changed_by, changed_at)
  VALUES ('program', NEW.program_id, NEW.valid_from, NEW.rules, NEW.changed_by, NEW.created_at);
END;

CREATE TRIGGER partner_version_is_recorded AFTER INSERT ON partner_version BEGIN
  INSERT INTO rule_change (kind, subject_id, valid_from, terms, changed_by, changed_at)
  VALUES ('partner', NEW.partner_id, NEW.valid_from, NEW.terms, NEW.changed_by, NEW.created_at);
END;

CREATE TRIGGER partner_version_change_is_recorded AFTER UPDATE ON partner_version WHEN NEW.terms <> OLD.terms BEGIN
  INSERT INTO rule_change (kind, subject_id, valid_from, terms, changed_by, changed_at)
  VALUES ('partner', NEW.partner_id, NEW.valid_from, NEW.terms, NEW.changed_by, NEW.created_at);
END;

CREATE TRIGGER product_version_is_recorded AFTER INSERT ON product_version BEGIN
  INSERT INTO rule_change (kind, subject_id, valid_from, terms, changed_by, changed_at)
  VALUES ('product', NEW.product_id, NEW.valid_from, NEW.terms, NEW.changed_by, NEW.created_at);
END;

CREATE TRIGGER product_version_change_is_recorded AFTER UPDATE ON product_version WHEN NEW.terms <> OLD.terms BEGIN
  INSERT INTO rule_change (kind, subject_id, valid_from, terms, changed_by, changed_at)
  VALUES ('product', NEW.product_id, NEW.valid_from, NEW.terms, NEW.changed_by, NEW.created_at);
END;

CREATE TRIGGER rule_change_is_kept BEFORE UPDATE ON rule_change BEGIN
  SELECT RAISE(ABORT, 'history is never changed');
END;

-- ---------------------------------------------------------------- orders by person and subscription

-- Which orders are of one customer or subscription: `email:…`, `customer:…`, `subscription:…`.
CREATE TABLE order_series (
  series TEXT NOT NULL,
  order_id INTEGER NOT NULL REFERENCES orders (id),
  PRIMARY KEY (series, order_id)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO order_series (series, order_id)
SELECT 'email:' || (body ->> '$.customer.email'), order_id FROM order_event WHERE body ->> '$.customer.email' IS NOT NULL
UNION SELECT 'customer:' || (body ->> '$.customer.external_id'), order_id FROM order_event
WHERE body ->> '$.customer.external_id' IS NOT NULL;

CREATE TRIGGER order_event_joins_series AFTER INSERT ON order_event WHEN NEW.body ->> '$.kind' = 'order' BEGIN
  INSERT OR IGNORE INTO order_series (series, order_id)
  SELECT 'email:' || (NEW.body ->> '$.customer.email'), NEW.order_id WHERE NEW.body ->> '$.customer.email' IS NOT NULL
  UNION ALL SELECT 'customer:' || (NEW.body ->> '$.customer.external_id'), NEW.order_id
  WHERE NEW.body ->> '$.customer.external_id' IS NOT NULL
  UNION ALL SELECT 'subscription:' || (NEW.body ->> '$.subscription'), NEW.order_id
  WHERE NEW.body ->> '$.subscription' IS NOT NULL;
END;

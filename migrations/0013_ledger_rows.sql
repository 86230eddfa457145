-- Decisions and transfers, as they were, in tables that cost less for each row.
--
-- Checks of words are comparisons: for `IN` with more than two words SQLite builds a table at each row. What was JSON is
-- not read again to see that it is. A decision keeps a list of its transfers only until they are in the ledger: where both
-- are written in one transaction there is none, and how many they are and what they add up to stands for it.

CREATE TABLE decision_0013 (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders (id),
  revision INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES run (id),
  -- Unix seconds.
  decided_at INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (
    outcome = 'credited' OR outcome = 'unattributed' OR outcome = 'held' OR outcome = 'refused' OR outcome = 'limited'
    OR outcome = 'unpaid' OR outcome = 'awaited'
  ),
  held TEXT,
  partner_id INTEGER REFERENCES partner (id),
  evidence TEXT,
  -- How it came to this, as JSON.
  steps TEXT NOT NULL CHECK (steps <> ''),
  -- How many transfers follow, and the sum of their amounts in minor units, whichever way they go.
  booked INTEGER NOT NULL CHECK (booked BETWEEN 0 AND 64),
  booked_minor INTEGER NOT NULL CHECK (booked_minor >= 0),
  -- [[debit, credit, amount, currency, kind, tier, payable_from], …]; nothing where they were booked with the decision.
  transfers TEXT CHECK (json_valid(transfers)),
  UNIQUE (order_id, revision)
) STRICT;

INSERT INTO decision_0013 (
  id, order_id, revision, run_id, decided_at, outcome, held, partner_id, evidence, steps, booked, booked_minor, transfers
)
SELECT id, order_id, revision, run_id, decided_at, outcome, held, partner_id, evidence, steps, json_array_length(transfers),
  (SELECT coalesce(sum(value ->> 2), 0) FROM json_each(decision.transfers)), transfers
FROM decision ORDER BY id;

-- Accounts as in 0003.
CREATE TABLE transfer_0013 (
  id INTEGER PRIMARY KEY,
  debit INTEGER NOT NULL,
  credit INTEGER NOT NULL CHECK (credit <> debit),
  amount_minor INTEGER NOT NULL CHECK (amount_minor BETWEEN 1 AND 9007199254740991),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  kind TEXT NOT NULL CHECK (
    kind = 'accrual' OR kind = 'reversal' OR kind = 'charity' OR kind = 'charity_reversal' OR kind = 'payout'
    OR kind = 'payout_return' OR kind = 'adjustment'
  ),
  tier INTEGER NOT NULL CHECK (tier BETWEEN 0 AND 10),
  -- Both Unix seconds.
  payable_from INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

INSERT INTO transfer_0013 (id, debit, credit, amount_minor, currency, kind, tier, payable_from, created_at)
SELECT id, debit, credit, amount_minor, currency, kind, tier, payable_from, created_at FROM transfer ORDER BY id;

DROP TABLE transfer;
DROP TABLE decision;
ALTER TABLE decision_0013 RENAME TO decision;
ALTER TABLE transfer_0013 RENAME TO transfer;

-- Orders that wait for somebody's word, without a look at all others.
CREATE INDEX decision_held ON decision (order_id) WHERE outcome = 'held';

-- Balances are summed out of these alone: all of them in the order of the index, one by a piece of it.
CREATE INDEX transfer_by_credit ON transfer (credit, currency, payable_from, kind, amount_minor, created_at)
  WHERE credit % 8 IN (2, 3);
CREATE INDEX transfer_by_debit ON transfer (debit, currency, payable_from, kind, amount_minor, created_at)
  WHERE debit % 8 IN (2, 3);

CREATE TRIGGER transfer_is_not_changed BEFORE UPDATE ON transfer BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only: a correction is one more transfer');
END;

CREATE TRIGGER transfer_is_not_deleted BEFORE DELETE ON transfer BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only: a correction is one more transfer');
END;

-- As in 0011: while somebody is erased the words of a decision may lose his name, and nothing else may change.
CREATE TRIGGER decision_is_not_changed BEFORE UPDATE ON decision
WHEN NOT (
  EXISTS (SELECT 1 FROM erasing)
  AND NEW.id = OLD.id AND NEW.order_id = OLD.order_id AND NEW.revision = OLD.revision AND NEW.run_id = OLD.run_id
  AND NEW.decided_at = OLD.decided_at AND NEW.outcome = OLD.outcome AND NEW.held IS OLD.held
  AND NEW.partner_id IS OLD.partner_id AND NEW.evidence IS OLD.evidence AND NEW.booked = OLD.booked
  AND NEW.booked_minor = OLD.booked_minor AND NEW.transfers IS OLD.transfers
) BEGIN
  SELECT RAISE(ABORT, 'a decision is immutable: another revision of the order gets another');
END;

CREATE TRIGGER decision_is_not_deleted BEFORE DELETE ON decision BEGIN
  SELECT RAISE(ABORT, 'a decision is immutable: another revision of the order gets another');
END;

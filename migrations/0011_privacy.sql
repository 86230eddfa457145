-- Orders that browsers report, and what the law gives to people: to be told, and to be forgotten.
--
-- Money tables (0001): what joins orders stands with orders.

-- ---------------------------------------------------------------- orders by the browser's word

-- An order as a page reported it: a claim, which earns nothing. Written by the Worker. Once a server-side source names the
-- same order it becomes an event of it: who brought the buyer, if the amount is the order's.
CREATE TABLE browser_order (
  id INTEGER PRIMARY KEY,
  -- What the shop calls the order.
  external_id TEXT NOT NULL,
  -- SHA-256 of name and body, in hexadecimal digits: a page that is loaded again says nothing new.
  body_hash TEXT NOT NULL CHECK (length(body_hash) = 64),
  -- When it was reported, and by which page: host and path. Seconds since 1970.
  reported_at INTEGER NOT NULL,
  page TEXT NOT NULL,
  -- As an event of an order, of the kind `evidence`.
  body TEXT NOT NULL CHECK (json_valid(body)),
  -- When a server-side source had named the order as well; nothing until then.
  confirmed_at INTEGER,
  UNIQUE (external_id, body_hash)
) STRICT;

CREATE INDEX browser_order_unconfirmed ON browser_order (id) WHERE confirmed_at IS NULL;

-- The order comes after the report ...
CREATE TRIGGER order_event_confirms AFTER INSERT ON order_event WHEN NEW.body ->> '$.kind' = 'order' BEGIN
  INSERT OR IGNORE INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
  SELECT NEW.order_id, 'browser', 'evidence/' || report.body_hash, report.reported_at, NEW.received_at, report.body_hash, report.body
  FROM orders CROSS JOIN browser_order AS report ON report.external_id = orders.external_id
  WHERE orders.id = NEW.order_id AND report.confirmed_at IS NULL ORDER BY report.id;
  UPDATE browser_order SET confirmed_at = NEW.received_at
  WHERE external_id = (SELECT external_id FROM orders WHERE id = NEW.order_id) AND confirmed_at IS NULL;
END;

-- ... or before it.
CREATE TRIGGER browser_order_is_confirmed AFTER INSERT ON browser_order
WHEN EXISTS (
  SELECT 1 FROM orders JOIN order_event ON order_event.order_id = orders.id
  WHERE orders.external_id = NEW.external_id AND order_event.body ->> '$.kind' = 'order'
) BEGIN
  INSERT OR IGNORE INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
  SELECT id, 'browser', 'evidence/' || NEW.body_hash, NEW.reported_at, NEW.reported_at, NEW.body_hash, NEW.body
  FROM orders WHERE external_id = NEW.external_id;
  UPDATE browser_order SET confirmed_at = NEW.reported_at WHERE id = NEW.id;
END;

-- ---------------------------------------------------------------- what is forgotten

-- Persons whose erasure goes on: written by `tributary person erase`, and empty when it has ended. While a row is here, the
-- tables that are never changed let texts about people be changed, and nothing else.
CREATE TABLE erasing (
  email TEXT PRIMARY KEY,
  -- What new ids of visitors are made with; forgotten with the row, so that nobody makes them again.
  secret TEXT NOT NULL,
  -- What stands in its place from then on: the same everywhere, so that what belonged together still does.
  pseudonym TEXT NOT NULL UNIQUE CHECK (pseudonym LIKE 'erased-%@erased.invalid'),
  begun_at INTEGER NOT NULL -- Seconds since 1970.
) STRICT, WITHOUT ROWID;

DROP TRIGGER order_event_is_kept;
CREATE TRIGGER order_event_is_kept BEFORE UPDATE ON order_event
WHEN NOT (
  EXISTS (SELECT 1 FROM erasing)
  AND NEW.id = OLD.id AND NEW.order_id = OLD.order_id AND NEW.source = OLD.source AND NEW.event_id = OLD.event_id
  AND NEW.at = OLD.at AND NEW.received_at = OLD.received_at AND NEW.body_hash = OLD.body_hash
  -- All but the texts about people.
  AND json_remove(NEW.body, '$.customer', '$.reason', '$.visitor', '$.by', '$.placed_by')
    = json_remove(OLD.body, '$.customer', '$.reason', '$.visitor', '$.by', '$.placed_by')
) BEGIN
  SELECT RAISE(ABORT, 'order events are never changed');
END;

DROP TRIGGER decision_is_not_changed;
CREATE TRIGGER decision_is_not_changed BEFORE UPDATE ON decision
WHEN NOT (
  EXISTS (SELECT 1 FROM erasing)
  AND NEW.id = OLD.id AND NEW.order_id = OLD.order_id AND NEW.revision = OLD.revision AND NEW.run_id = OLD.run_id
  AND NEW.decided_at = OLD.decided_at AND NEW.outcome = OLD.outcome AND NEW.held IS OLD.held
  AND NEW.partner_id IS OLD.partner_id AND NEW.evidence IS OLD.evidence AND NEW.transfers = OLD.transfers
) BEGIN
  SELECT RAISE(ABORT, 'a decision is immutable: another revision of the order gets another');
END;

DROP TRIGGER posting_is_not_changed;
CREATE TRIGGER posting_is_not_changed BEFORE UPDATE ON posting
WHEN NOT (
  EXISTS (SELECT 1 FROM erasing)
  AND NEW.id = OLD.id AND NEW.payout_id IS OLD.payout_id AND NEW.at = OLD.at AND NEW.transfers = OLD.transfers
) BEGIN
  SELECT RAISE(ABORT, 'a posting is immutable: a correction is one more');
END;

DROP TRIGGER payout_goes_forward;
CREATE TRIGGER payout_goes_forward BEFORE UPDATE ON payout
WHEN NOT (
  NEW.id = OLD.id AND NEW.account = OLD.account AND NEW.currency = OLD.currency AND NEW.debt_minor = OLD.debt_minor
  AND NEW.requisites = OLD.requisites AND NEW.prepared_by = OLD.prepared_by AND NEW.prepared_at = OLD.prepared_at
  AND (
    OLD.state = 'prepared'
    OR OLD.state = 'confirmed' AND NEW.state = 'failed' AND NEW.amount_minor = OLD.amount_minor
    OR OLD.state = NEW.state AND NEW.amount_minor = OLD.amount_minor
  )
  OR EXISTS (SELECT 1 FROM erasing)
  AND NEW.id = OLD.id AND NEW.account = OLD.account AND NEW.currency = OLD.currency AND NEW.debt_minor = OLD.debt_minor
  AND NEW.amount_minor = OLD.amount_minor AND NEW.prepared_at = OLD.prepared_at AND NEW.state = OLD.state
  AND NEW.changed_at = OLD.changed_at AND NEW.requisites ->> '$.method' = OLD.requisites ->> '$.method'
) BEGIN
  SELECT RAISE(ABORT, 'a payout that was sent is not changed: it can only have come back');
END;

-- A note that is forgotten is no change of the payout.
DROP TRIGGER payout_change_is_recorded;
CREATE TRIGGER payout_change_is_recorded AFTER UPDATE ON payout
WHEN NEW.state <> OLD.state OR NEW.amount_minor <> OLD.amount_minor
  OR NEW.note <> OLD.note AND NOT EXISTS (SELECT 1 FROM erasing) BEGIN
  INSERT INTO payout_history (payout_id, state, amount_minor, changed_by, changed_at, note)
  VALUES (NEW.id, NEW.state, NEW.amount_minor, NEW.changed_by, NEW.changed_at, NEW.note);
END;

DROP TRIGGER payout_history_is_kept;
CREATE TRIGGER payout_history_is_kept BEFORE UPDATE ON payout_history
WHEN NOT (
  EXISTS (SELECT 1 FROM erasing)
  AND NEW.id = OLD.id AND NEW.payout_id = OLD.payout_id AND NEW.state = OLD.state
  AND NEW.amount_minor = OLD.amount_minor AND NEW.changed_at = OLD.changed_at
) BEGIN
  SELECT RAISE(ABORT, 'history is never changed');
END;

DROP TRIGGER requisites_are_kept;
CREATE TRIGGER requisites_are_kept BEFORE UPDATE ON requisites
WHEN NOT (
  EXISTS (SELECT 1 FROM erasing)
  AND NEW.id = OLD.id AND NEW.account = OLD.account AND NEW.changed_at = OLD.changed_at
) BEGIN
  SELECT RAISE(ABORT, 'requisites are never changed: new ones are one more row');
END;

DROP TRIGGER rule_change_is_kept;
CREATE TRIGGER rule_change_is_kept BEFORE UPDATE ON rule_change
WHEN NOT (
  EXISTS (SELECT 1 FROM erasing)
  AND NEW.id = OLD.id AND NEW.kind = OLD.kind AND NEW.subject_id = OLD.subject_id AND NEW.valid_from = OLD.valid_from
  AND NEW.terms = OLD.terms AND NEW.changed_at = OLD.changed_at
) BEGIN
  SELECT RAISE(ABORT, 'history is never changed');
END;

DROP TRIGGER audit_is_not_changed;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
WHEN NOT (
  EXISTS (SELECT 1 FROM erasing)
  AND NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.what = OLD.what
) BEGIN
  SELECT RAISE(ABORT, 'history is never changed');
END;

-- ---------------------------------------------------------------- what is left of old clicks

-- Counted clicks of a link by day, once the clicks themselves are gone. Written by `tributary prune`. An event table (0002).
CREATE TABLE click_day (
  link_id INTEGER NOT NULL,
  -- Days since 1970 (UTC).
  day INTEGER NOT NULL,
  clicks INTEGER NOT NULL CHECK (clicks > 0),
  PRIMARY KEY (link_id, day)
) STRICT, WITHOUT ROWID;

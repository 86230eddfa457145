-- What is told to others: endpoints that hear of events, how far each has heard, and the outbox that is the log as well.
--
-- An event is a row that is there for ever (a decision, a transfer, …), told again. Its id is made of that row's, so that
-- telling it twice is refused by `UNIQUE (endpoint_id, event_id)`, and each endpoint knows up to which row of which table
-- it has been told: nothing is lost, nothing is doubled, whenever who tells is killed.

-- Who hears. Written by the pages and by `tributary hooks`.
CREATE TABLE hook_endpoint (
  id INTEGER PRIMARY KEY,
  -- Whose postback it is; nothing: the merchant's own, which hears of everybody.
  partner_id INTEGER REFERENCES partner (id),
  -- Of a postback with macros, as in `https://tracker.example.com/?cid={click_id}`.
  url TEXT NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
  -- Kinds of events: ["order.credited", …]
  events TEXT NOT NULL CHECK (json_valid(events)),
  -- Keys that sign, one a line, the newest first; a postback has none.
  secrets TEXT NOT NULL CHECK ((secrets = '') = (partner_id IS NOT NULL)),
  created_by TEXT NOT NULL CHECK (created_by <> ''),
  created_at INTEGER NOT NULL,
  -- While this is set nothing is told; what happens meanwhile is told afterwards.
  paused_at INTEGER,
  -- Whether it paused itself: it answered 410.
  is_gone INTEGER NOT NULL DEFAULT 0 CHECK (is_gone IN (0, 1)),
  -- Rounds that failed, one after the other, and until when it is left alone for that. Written by the sender.
  failed_rounds INTEGER NOT NULL DEFAULT 0,
  rests_until INTEGER NOT NULL DEFAULT 0,
  -- The last row that it has been told, of each table whose rows are told: the last there was when it was added, to begin
  -- with. Of `contact_bound`, `rule_change` and `payout_history` the others. Moved in the transaction that tells.
  told_partner INTEGER NOT NULL,
  told_change INTEGER NOT NULL,
  told_contact INTEGER NOT NULL,
  told_decision INTEGER NOT NULL,
  told_transfer INTEGER NOT NULL,
  told_payout INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX hook_endpoint_once ON hook_endpoint (coalesce(partner_id, 0), url);
CREATE INDEX hook_endpoint_on ON hook_endpoint (id) WHERE paused_at IS NULL;
CREATE INDEX hook_endpoint_own ON hook_endpoint (id) WHERE partner_id IS NULL;
CREATE INDEX hook_endpoint_of_partner ON hook_endpoint (partner_id) WHERE partner_id IS NOT NULL;

-- What is told to whom, and what became of it. Done with, it is kept for 30 days.
CREATE TABLE hook_delivery (
  id INTEGER PRIMARY KEY,
  endpoint_id INTEGER NOT NULL REFERENCES hook_endpoint (id) ON DELETE CASCADE,
  event_id TEXT NOT NULL CHECK (instr(event_id, '.') = 0),
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- The event's facts: `…_minor` in minor units of `currency`, `…_at` and `…_from` in seconds.
  facts TEXT NOT NULL CHECK (json_valid(facts)),
  -- Not to be tried before. Whoever tries it moves this to when his lease ends.
  due_at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER,
  -- It is not tried any more.
  failed_at INTEGER,
  -- Of the last try: the status, 0 without an answer, nothing while it lasts; how long it took; how the answer began.
  status INTEGER,
  millis INTEGER NOT NULL DEFAULT 0,
  answer TEXT NOT NULL DEFAULT '',
  UNIQUE (endpoint_id, event_id)
) STRICT;

CREATE INDEX hook_delivery_due ON hook_delivery (due_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX hook_delivery_done ON hook_delivery (coalesce(sent_at, failed_at)) WHERE coalesce(sent_at, failed_at) IS NOT NULL;
CREATE INDEX hook_delivery_of_endpoint ON hook_delivery (endpoint_id, id);

-- When a contact became a partner's for the first time. Evidence has no order of arrival of its own; this has. Without
-- references, so that a contact can be forgotten. Kept by a trigger, where somebody wants to hear of it.
CREATE TABLE contact_bound (
  id INTEGER PRIMARY KEY,
  contact_id INTEGER NOT NULL,
  partner_id INTEGER NOT NULL,
  bound_by TEXT NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE (contact_id, partner_id)
) STRICT;

CREATE TRIGGER contact_touch_is_told AFTER INSERT ON contact_touch
WHEN EXISTS (SELECT 1 FROM hook_endpoint WHERE partner_id IS NULL) AND NOT EXISTS (
  SELECT 1 FROM contact_touch
  WHERE contact_id = NEW.contact_id AND partner_id = NEW.partner_id
    AND (at, bound_by, touched_at, source) <> (NEW.at, NEW.bound_by, NEW.touched_at, NEW.source)
) BEGIN
  INSERT OR IGNORE INTO contact_bound (contact_id, partner_id, bound_by, at)
  VALUES (NEW.contact_id, NEW.partner_id, NEW.bound_by, NEW.at);
END;

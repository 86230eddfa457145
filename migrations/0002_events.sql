-- Events of the edge: clicks, touches, visits, misses. Written in groups by the Worker or its queue's consumer.

-- A group is written once: its id is the first thing written, and refuses the whole of a second delivery.
CREATE TABLE event_group (
  id TEXT PRIMARY KEY,
  written_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX event_group_by_age ON event_group (written_at);

-- One row for a burst from one client on one link in one hour: `hits` requests, one counted click.
CREATE TABLE click (
  link_id INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  client TEXT NOT NULL,
  -- Empty if it counts; else why not.
  uncounted TEXT NOT NULL CHECK (uncounted IN ('', 'bot', 'paused')),
  partner_id INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  hits INTEGER NOT NULL,
  country TEXT,
  referrer TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (link_id, hour, client, uncounted)
) STRICT, WITHOUT ROWID;

-- What a visitor's cookie cannot hold for ever. Never written where no id may be kept.
CREATE TABLE touch (
  visitor TEXT NOT NULL,
  at INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('click', 'visit')),
  partner_id INTEGER NOT NULL,
  link_id INTEGER,
  PRIMARY KEY (visitor, at, id)
) STRICT, WITHOUT ROWID;

-- From the token that an order carries to its visitor.
CREATE INDEX touch_by_id ON touch (id);

CREATE TABLE missed_code (
  code TEXT PRIMARY KEY,
  hits INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Pages that sent hits: how a merchant sees that the counter is where it must be.
CREATE TABLE page (
  host TEXT NOT NULL,
  path TEXT NOT NULL,
  listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
  hits INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (host, path)
) STRICT, WITHOUT ROWID;

-- Page views by day, page, source and campaign.
CREATE TABLE visit (
  day INTEGER NOT NULL,
  host TEXT NOT NULL,
  path TEXT NOT NULL,
  referrer TEXT NOT NULL,
  utm TEXT NOT NULL DEFAULT '',
  partner_id INTEGER NOT NULL DEFAULT 0,
  hits INTEGER NOT NULL,
  PRIMARY KEY (day, host, path, referrer, utm, partner_id)
) STRICT, WITHOUT ROWID;

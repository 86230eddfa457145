-- Files that somebody takes in on a page, and what shops and payment providers sent that became nothing.

-- A file from the first look at it until a day later. Written by the page "Import", and forgotten by the Worker.
CREATE TABLE import_file (
  id INTEGER PRIMARY KEY,
  -- What it is called in its address: random.
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind = 'orders' OR kind = 'refunds' OR kind = 'partners'),
  -- As it was sent. D1 keeps 2 MB in a row.
  text TEXT NOT NULL CHECK (length(text) <= 1800000),
  -- Which of its columns is which of ours, as `2,,0`: as many places as there are of ours (shared/src/import.rs).
  places TEXT NOT NULL,
  -- Who sent it.
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL, -- Unix seconds.
  -- When it was taken, and what of it was new then, known already and refused; nothing before.
  done_at INTEGER,
  new_count INTEGER,
  known_count INTEGER,
  bad_count INTEGER
) STRICT;

CREATE INDEX import_file_created_at ON import_file (created_at);

-- What came in signed and was acknowledged without becoming anything, such as a provider's test. Written by the endpoints of
-- hooks, kept for 30 days.
CREATE TABLE hook_ignored (
  id INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  -- The shop's own name in the address of the hook; empty without one.
  shop TEXT NOT NULL,
  -- What the provider calls it, and what it is about.
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL, -- Unix seconds.
  -- The same again is one.
  UNIQUE (provider, shop, kind, subject, reason)
) STRICT;

CREATE INDEX hook_ignored_at ON hook_ignored (at);

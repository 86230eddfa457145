-- Files of products are taken in on the page "Import", too: the table of files anew, with that kind among the others. What waits
-- in it stays.
CREATE TABLE import_file_of_any_kind (
  id INTEGER PRIMARY KEY,
  -- What it is called in its address: random.
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind = 'orders' OR kind = 'refunds' OR kind = 'partners' OR kind = 'products'),
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

INSERT INTO import_file_of_any_kind SELECT * FROM import_file;

DROP TABLE import_file;

ALTER TABLE import_file_of_any_kind RENAME TO import_file;

CREATE INDEX import_file_created_at ON import_file (created_at);

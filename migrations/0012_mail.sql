-- Letters: as HTML beside the text, in the merchant's own words, and how far the ledger has been told of.

-- The letter as a whole HTML document; empty, if it is text alone. Written with the mail.
ALTER TABLE mail ADD COLUMN html TEXT NOT NULL DEFAULT '';

-- Whether a partner wants to be told what a night booked for him. Written by the page "Settings".
ALTER TABLE partner ADD COLUMN digest INTEGER NOT NULL DEFAULT 1 CHECK (digest IN (0, 1));

-- What the merchant says in place of our texts (shared/locales/mail.*.txt). Written by the page "Texts of mails".
CREATE TABLE mail_text (
  -- As in `accruals` (shared/src/mail/kind.rs).
  kind TEXT NOT NULL,
  language TEXT NOT NULL CHECK (language IN ('en', 'ru')),
  subject TEXT NOT NULL CHECK (subject <> ''),
  body TEXT NOT NULL CHECK (body <> ''),
  changed_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL, -- Unix seconds.
  PRIMARY KEY (kind, language)
) STRICT, WITHOUT ROWID;

-- What the letters of a night tell of: decisions and postings by their ids, each in one round. A round is fixed before its
-- letters are written, so that they come out the same however often that is begun. Written by `tributary reconcile`.
CREATE TABLE letter_round (
  id INTEGER PRIMARY KEY,
  first_id INTEGER NOT NULL,
  last_id INTEGER NOT NULL CHECK (last_id >= first_id - 1),
  began_at INTEGER NOT NULL, -- Unix seconds.
  -- When all its letters were in the outbox.
  written_at INTEGER
) STRICT;

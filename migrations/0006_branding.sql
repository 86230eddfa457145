-- How the partners' cabinet looks: the merchant's logo, colour, texts and style. Written by the page "Look"; the newest row holds.
CREATE TABLE branding (
  id INTEGER PRIMARY KEY,
  -- logo, accent, welcome, join_text, css: all texts, empty where nothing is said.
  details TEXT NOT NULL CHECK (json_valid(details)),
  changed_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL -- Unix seconds.
) STRICT;

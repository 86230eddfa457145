-- What partners advertise products with, and what a link asks of a visitor.

-- Pages that describe a product: what partners' links lead to. Written by the merchant's page of the product.
CREATE TABLE product_page (
  product_id INTEGER NOT NULL REFERENCES product (id),
  -- On one of the hosts that links may lead to.
  url TEXT NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
  PRIMARY KEY (product_id, url)
) STRICT, WITHOUT ROWID;

-- Texts, banners and ready mails of a product. Written by the same page; partners copy them with their own link inside.
CREATE TABLE material (
  id INTEGER PRIMARY KEY,
  product_id INTEGER NOT NULL REFERENCES product (id),
  kind TEXT NOT NULL CHECK (kind IN ('text', 'banner', 'mail')),
  -- What it is called; of a mail its subject.
  title TEXT NOT NULL CHECK (title <> ''),
  -- What the link says, what the picture shows, or the mail: `{link}` stands for the partner's link.
  body TEXT NOT NULL,
  -- Of a banner: where the picture is, and its size in pixels.
  picture TEXT NOT NULL DEFAULT '' CHECK (length(picture) <= 2048 AND (kind = 'banner') = (picture <> '')),
  width INTEGER NOT NULL DEFAULT 0 CHECK (width BETWEEN 0 AND 4096),
  height INTEGER NOT NULL DEFAULT 0 CHECK (height BETWEEN 0 AND 4096)
) STRICT;

CREATE INDEX material_of_product ON material (product_id);

-- What the program of the link's partner asks before anything is kept of a visitor: kept here, as the window is, so that
-- the redirect need not ask anybody. Written where the window is.
ALTER TABLE link ADD COLUMN consent TEXT NOT NULL DEFAULT 'off' CHECK (consent IN ('off', 'required', 'cashback'));

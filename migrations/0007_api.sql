-- The API: what a key may do and whose it is, answers that are kept for requests that come again, and claims of agents.

-- Words with a blank between them, in this order: read, write, orders. Keys from before may do all. Written by
-- `tributary keys add`.
ALTER TABLE api_key ADD COLUMN scopes TEXT NOT NULL DEFAULT 'read write orders' CHECK (scopes <> '');
-- The one partner whom it sees; everybody, if there is none. Such a key reads and does nothing else.
ALTER TABLE api_key ADD COLUMN partner_id INTEGER REFERENCES partner (id) CHECK (partner_id IS NULL OR scopes = 'read');

CREATE INDEX api_key_of_partner ON api_key (partner_id) WHERE partner_id IS NOT NULL;

-- What was answered to a POST with an `Idempotency-Key`, written in the transaction of what it did. The Worker's schedule
-- forgets it after some days.
CREATE TABLE api_answer (
  key_hash TEXT NOT NULL REFERENCES api_key (hash),
  -- The `Idempotency-Key`, as it came.
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
  -- SHA-256 of method, path and JSON, for telling a repetition from another request under the same name.
  request_hash TEXT NOT NULL CHECK (length(request_hash) = 64),
  body TEXT NOT NULL CHECK (json_valid(body)),
  created_at INTEGER NOT NULL, -- Unix seconds.
  PRIMARY KEY (key_hash, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX api_answer_by_age ON api_answer (created_at);

-- The first valid `affiliate_attribution` of an order: it stays, whatever is claimed later. Written by the Worker.
CREATE TABLE affiliate_claim (
  -- The order, as the shop calls it: a claim may be heard of before anything else of it.
  order_name TEXT PRIMARY KEY,
  -- provider, publisher_id, token.
  claim TEXT NOT NULL CHECK (json_valid(claim)),
  claimed_at INTEGER NOT NULL -- Unix seconds.
) STRICT, WITHOUT ROWID;

-- A partner's own coupons, without a look at everybody's.
CREATE INDEX coupon_of_partner ON coupon (partner_id, code);

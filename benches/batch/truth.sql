-- Who is to be credited with what: the tables that the reference and the oracle start from. Rates are basis points.
CREATE TABLE partner (id INTEGER PRIMARY KEY, parent_id INTEGER, parent_until INTEGER, own_tier1 INTEGER) STRICT;
CREATE TABLE product (id INTEGER PRIMARY KEY, participates INTEGER NOT NULL, tier1 INTEGER, tier2 INTEGER, tier3 INTEGER) STRICT;
-- The program's rates by version.
CREATE TABLE rate (valid_from INTEGER NOT NULL, tier INTEGER NOT NULL, basis_points INTEGER NOT NULL, PRIMARY KEY (tier, valid_from)) STRICT, WITHOUT ROWID;
-- `partner_id` is who is to be credited, by whatever evidence; NULL if nobody is. `net_minor` is what is left of the sale.
CREATE TABLE sale (id INTEGER PRIMARY KEY, partner_id INTEGER, product_id INTEGER NOT NULL, net_minor INTEGER NOT NULL, paid_at INTEGER NOT NULL) STRICT;
-- What the reference writes: the narrowest accrual that can be told from another.
CREATE TABLE accrual (order_id INTEGER NOT NULL, tier INTEGER NOT NULL, partner_id INTEGER NOT NULL, amount_minor INTEGER NOT NULL, PRIMARY KEY (order_id, tier)) STRICT, WITHOUT ROWID;

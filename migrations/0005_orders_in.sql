-- Second names of orders, as hooks tell them: a Stripe payment intent stands for the invoice that it pays. Written by the
-- Worker; what comes under the second name is the order's, whether it came before the alias or comes after.
CREATE TABLE order_alias (
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  order_name TEXT NOT NULL,
  PRIMARY KEY (source, name)
) STRICT, WITHOUT ROWID;

-- Whom a partner has served before: customers of orders that were placed for them by him.
CREATE INDEX contact_touch_by_partner ON contact_touch (partner_id, contact_id) WHERE bound_by = 'order';

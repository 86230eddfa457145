-- What the ledger adds up to by account, so that balances of everybody do not read all of it.
--
-- Totals lag behind the ledger: they hold all transfers up to one of them, and whoever books under the lease brings them on
-- when he is done. What came after that is read from the ledger itself; `account_sum` is both together, always right.

CREATE TABLE account_total (
  account INTEGER NOT NULL CHECK (account % 8 = 2 OR account % 8 = 3),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  -- Credits less debits, in minor units.
  amount_minor INTEGER NOT NULL,
  -- Of which payouts, less those that came back; counted upwards.
  paid_minor INTEGER NOT NULL,
  PRIMARY KEY (account, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_total_until (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  -- The last transfer that the totals hold.
  transfer_id INTEGER NOT NULL CHECK (transfer_id >= 0)
) STRICT;

INSERT INTO account_total_until (one, transfer_id) VALUES (1, 0);

-- The totals and how far they go change in one statement.
CREATE TRIGGER account_total_is_brought_on AFTER UPDATE ON account_total_until BEGIN
  INSERT INTO account_total (account, currency, amount_minor, paid_minor)
  SELECT account, currency, sum(amount), sum(paid)
  FROM (
    SELECT credit AS account, currency, amount_minor AS amount, -amount_minor * (kind = 'payout' OR kind = 'payout_return') AS paid
    FROM transfer WHERE id > OLD.transfer_id AND id <= NEW.transfer_id AND credit % 8 IN (2, 3)
    UNION ALL
    SELECT debit, currency, -amount_minor, amount_minor * (kind = 'payout' OR kind = 'payout_return')
    FROM transfer WHERE id > OLD.transfer_id AND id <= NEW.transfer_id AND debit % 8 IN (2, 3)
  )
  WHERE true GROUP BY account, currency
  ON CONFLICT (account, currency) DO UPDATE
  SET amount_minor = amount_minor + excluded.amount_minor, paid_minor = paid_minor + excluded.paid_minor;
END;

CREATE TRIGGER account_total_until_only_grows BEFORE UPDATE ON account_total_until
WHEN NEW.transfer_id < OLD.transfer_id BEGIN
  SELECT RAISE(ABORT, 'totals hold what was booked, and nothing booked is ever taken out');
END;

UPDATE account_total_until SET transfer_id = (SELECT coalesce(max(id), 0) FROM transfer);

-- By account of a partner or charity and currency: all that is booked.
CREATE VIEW account_sum AS
SELECT account, currency, sum(amount_minor) AS amount_minor, sum(paid_minor) AS paid_minor
FROM (
  SELECT account, currency, amount_minor, paid_minor FROM account_total
  UNION ALL
  SELECT credit, currency, amount_minor, -amount_minor * (kind = 'payout' OR kind = 'payout_return')
  FROM transfer WHERE id > (SELECT transfer_id FROM account_total_until) AND credit % 8 IN (2, 3)
  UNION ALL
  SELECT debit, currency, -amount_minor, amount_minor * (kind = 'payout' OR kind = 'payout_return')
  FROM transfer WHERE id > (SELECT transfer_id FROM account_total_until) AND debit % 8 IN (2, 3)
)
GROUP BY account, currency;

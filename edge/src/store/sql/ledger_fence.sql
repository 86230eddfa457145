-- First in every transaction that books: while somebody holds the lease (?2: now) the token becomes nothing, which the
-- table refuses, and all of the transaction with it. Whoever held it for too long finds a newer token and writes no more.
INSERT INTO lease (name, token, holder, until) VALUES ('ledger', 1, ?1, 0)
ON CONFLICT (name) DO UPDATE SET token = CASE WHEN until <= ?2 THEN token + 1 END, holder = excluded.holder, until = 0

-- ?4: a holder that is known to be dead. The same holder again is one whose answer got lost: it keeps its token.
INSERT INTO lease (name, token, holder, until) VALUES ('ledger', 1, ?1, ?3)
ON CONFLICT (name) DO UPDATE SET token = token + (holder <> excluded.holder), holder = excluded.holder, until = excluded.until
WHERE until <= ?2 OR holder = ?4 OR holder = ?1
RETURNING token

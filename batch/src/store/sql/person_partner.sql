-- A scan: a merchant has some thousand partners, and addresses have no index.
SELECT id, code FROM partner WHERE lower(email) = ?1 ORDER BY id

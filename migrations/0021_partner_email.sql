-- Whoever signs up may be known already, without a log-in: he is found by his address.
CREATE INDEX partner_by_email ON partner (email) WHERE email <> '';

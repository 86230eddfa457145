-- All: a merchant has a few.
SELECT id, code FROM charity

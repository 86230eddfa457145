-- Once, and without the address.
INSERT INTO audit (at, who, what, subject, after)
SELECT ?1, ?2, 'person.erased', ?3, ?4
WHERE NOT EXISTS (SELECT 1 FROM audit WHERE what = 'person.erased' AND subject = ?3)

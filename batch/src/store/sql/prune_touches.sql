-- A scan up to so many old ones: touches are kept by visitor, and this is done once a night at most.
DELETE FROM touch WHERE (visitor, at, id) IN (SELECT visitor, at, id FROM touch WHERE at < ?1 LIMIT ?2)

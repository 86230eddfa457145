-- An event table: it meets no other here.
UPDATE touch SET visitor = ?2 WHERE visitor = ?1

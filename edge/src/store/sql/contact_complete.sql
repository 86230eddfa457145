-- What the shop calls him may come later than his address.
UPDATE contact SET external_id = ?2
WHERE email = ?1 AND external_id IS NULL AND ?2 IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM contact WHERE external_id = ?2)

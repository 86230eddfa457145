-- The last partner of a page, if there is one behind it.
SELECT code FROM partner WHERE code > ?1 AND EXISTS (SELECT 1 FROM partner AS next WHERE next.code > partner.code)
ORDER BY code LIMIT 1 OFFSET ?2 - 1

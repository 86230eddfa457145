-- The last transfer of the piece that accruals_page.sql looks through, if there are any behind it.
SELECT id AS key FROM transfer
WHERE id < ?1 AND EXISTS (SELECT 1 FROM transfer AS next WHERE next.id < transfer.id)
ORDER BY id DESC LIMIT 1 OFFSET ?2 - 1

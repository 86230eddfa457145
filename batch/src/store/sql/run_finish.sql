UPDATE run SET finished_at = ?2, report = ?3
WHERE id = ?1 AND EXISTS (SELECT 1 FROM lease WHERE name = 'ledger' AND token = ?1)

SELECT details, changed_by, changed_at FROM requisites WHERE account = ?1 ORDER BY id

UPDATE partner SET digest = ?2 WHERE id = ?1

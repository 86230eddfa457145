UPDATE partner SET name = ?2, email = ?3, site = ?4, phone = ?5 WHERE code = ?1

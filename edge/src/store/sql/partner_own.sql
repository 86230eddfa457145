SELECT name, email, site, phone, digest FROM partner WHERE id = ?1

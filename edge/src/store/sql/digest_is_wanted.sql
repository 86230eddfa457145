SELECT digest FROM partner WHERE id = ?1

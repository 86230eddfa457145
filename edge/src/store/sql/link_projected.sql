UPDATE link SET projected = ?2 WHERE id = ?1 AND projected < ?2

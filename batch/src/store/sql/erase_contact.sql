UPDATE contact SET name = '', external_id = iif(external_id IS NULL, NULL, ?2) WHERE email = ?1

INSERT INTO product_version (product_id, valid_from, terms, changed_by, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (product_id, valid_from) DO UPDATE
SET terms = excluded.terms, changed_by = excluded.changed_by, created_at = excluded.created_at

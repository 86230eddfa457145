INSERT INTO product_version (product_id, valid_from, terms, changed_by, created_at)
SELECT value ->> 'product', value ->> 'valid_from', value -> 'terms', ?2, ?3 FROM json_each(?1) WHERE true
ON CONFLICT (product_id, valid_from) DO UPDATE
SET terms = excluded.terms, changed_by = excluded.changed_by, created_at = excluded.created_at

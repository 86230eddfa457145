-- By what the shop calls them: products may be made in the same transaction.
INSERT INTO product_version (product_id, valid_from, terms, changed_by, created_at)
SELECT product.id, version.value ->> 'valid_from', version.value -> 'terms', ?3, ?2
FROM json_each(?1) AS version JOIN product ON product.sku = version.value ->> 'sku'
WHERE true
ON CONFLICT (product_id, valid_from) DO UPDATE
SET terms = excluded.terms, changed_by = excluded.changed_by, created_at = excluded.created_at

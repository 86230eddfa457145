-- Its first terms, for ever back, in the transaction that makes it.
INSERT INTO product_version (product_id, valid_from, terms, changed_by, created_at)
SELECT id, 0, ?2, ?3, ?4 FROM product WHERE sku = ?1

SELECT id, sku, name FROM product ORDER BY id

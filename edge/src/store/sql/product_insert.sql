INSERT INTO product (sku, name) VALUES (?1, ?2)

INSERT INTO product (sku, name) SELECT value ->> 'sku', value ->> 'name' FROM json_each(?1) WHERE true
ON CONFLICT (sku) DO UPDATE SET name = excluded.name WHERE name <> excluded.name

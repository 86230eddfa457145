INSERT INTO product_page (product_id, url) SELECT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING

SELECT product_id, valid_from, terms FROM product_version ORDER BY product_id, valid_from

DELETE FROM product_page WHERE product_id = ?1

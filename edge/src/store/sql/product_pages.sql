SELECT product_page.url AS url FROM product JOIN product_page ON product_page.product_id = product.id
WHERE product.sku = ?1 ORDER BY product_page.url

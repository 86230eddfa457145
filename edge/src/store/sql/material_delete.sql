DELETE FROM material WHERE id = ?1 AND product_id = ?2

SELECT claim FROM affiliate_claim WHERE order_name = ?1

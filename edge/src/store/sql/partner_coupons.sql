SELECT code FROM coupon WHERE partner_id = ?1 ORDER BY code

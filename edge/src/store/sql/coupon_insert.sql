INSERT INTO coupon (code, partner_id) VALUES (?1, ?2)

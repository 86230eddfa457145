SELECT code, partner_id FROM coupon WHERE code IN (SELECT value FROM json_each(?1))

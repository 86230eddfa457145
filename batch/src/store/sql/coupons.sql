SELECT code, partner_id FROM coupon ORDER BY code

INSERT INTO coupon (code, partner_id) SELECT value ->> 'code', value ->> 'partner' FROM json_each(?1) WHERE true
ON CONFLICT (code) DO NOTHING

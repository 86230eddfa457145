INSERT INTO coupon (code, partner_id)
SELECT given.value ->> 'code', partner.id
FROM json_each(?1) AS given JOIN partner ON partner.code = given.value ->> 'partner'
WHERE true ON CONFLICT (code) DO NOTHING

UPDATE order_series SET series = 'customer:' || ?2
WHERE series = 'customer:' || (SELECT external_id FROM contact WHERE email = ?1)

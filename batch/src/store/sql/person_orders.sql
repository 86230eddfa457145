-- Orders of a person: by his address, and by what the shop calls him.
SELECT order_id FROM order_series WHERE series = 'email:' || ?1
UNION
SELECT order_id FROM order_series WHERE series = 'customer:' || (SELECT external_id FROM contact WHERE email = ?1)

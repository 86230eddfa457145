-- By its own name, where it came under a second one.
INSERT INTO orders (external_id)
VALUES (coalesce((SELECT order_name FROM order_alias WHERE source = ?2 AND name = ?1), ?1))
ON CONFLICT (external_id) DO NOTHING

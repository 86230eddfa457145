-- As link_targets.sql, of the newest links and products alone: what a first page can read each time.
SELECT target, sum(links) AS links
FROM (
  SELECT target, 1 AS links FROM link WHERE active = 1 AND id > (SELECT max(id) FROM link) - 500
  UNION ALL
  SELECT url, 0 FROM (
    SELECT url FROM product_page WHERE product_id > (SELECT max(id) FROM product) - 500 LIMIT 500
  )
)
GROUP BY target

-- Where active links lead, and the pages that describe products: of each so many, with how many links lead there.
SELECT target, sum(links) AS links
FROM (
  SELECT target, links FROM (
    SELECT target, count(*) AS links FROM link WHERE active = 1 GROUP BY target ORDER BY links DESC, target LIMIT 1000
  )
  UNION ALL
  SELECT url, 0 FROM (SELECT DISTINCT url FROM product_page LIMIT 1000)
)
GROUP BY target ORDER BY links DESC, target

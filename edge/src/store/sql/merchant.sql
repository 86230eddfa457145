SELECT
  (SELECT details FROM merchant ORDER BY id DESC LIMIT 1) AS details,
  (SELECT details FROM branding ORDER BY id DESC LIMIT 1) AS brand

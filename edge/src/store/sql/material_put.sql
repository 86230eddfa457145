-- A new one (?1 is nothing), or another state of one that is there.
INSERT INTO material (id, product_id, kind, title, body, picture, width, height) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, title = excluded.title, body = excluded.body,
  picture = excluded.picture, width = excluded.width, height = excluded.height

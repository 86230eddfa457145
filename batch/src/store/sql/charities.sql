SELECT id, code FROM charity ORDER BY id

SELECT details FROM merchant ORDER BY id DESC LIMIT 1

SELECT subject, body FROM mail_text WHERE kind = ?1 AND language = ?2

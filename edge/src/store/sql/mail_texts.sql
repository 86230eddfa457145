SELECT kind, language, subject, body FROM mail_text

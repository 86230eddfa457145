SELECT secret, pseudonym FROM erasing WHERE email = ?1

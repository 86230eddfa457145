-- A scan: see person_export_mails.sql.
DELETE FROM mail WHERE lower(recipient) = ?1

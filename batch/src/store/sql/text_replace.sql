-- Asked of every column of `text_columns.sql`, in place of these names.
UPDATE "contact" SET "name" = ?2 WHERE "name" = ?1

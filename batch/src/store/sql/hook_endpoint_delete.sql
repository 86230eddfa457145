-- With its log.
DELETE FROM hook_endpoint WHERE id = ?1

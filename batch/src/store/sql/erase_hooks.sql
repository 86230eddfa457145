-- What the shop calls somebody (?1: his address), in what was told or still waits to be told.
UPDATE hook_delivery SET facts = json_set(facts, '$.external_id', NULL)
WHERE kind = 'contact.bound' AND facts ->> '$.contact' = (SELECT id FROM contact WHERE email = ?1)

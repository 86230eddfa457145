-- Of a program by its code: it may be made in the same transaction.
INSERT INTO program_version (program_id, valid_from, rules, changed_by, created_at)
SELECT id, ?2, ?3, ?4, ?5 FROM program WHERE code = ?1
ON CONFLICT (program_id, valid_from) DO UPDATE
SET rules = excluded.rules, changed_by = excluded.changed_by, created_at = excluded.created_at

-- Rules that hold at ?1 and were written after ?2. History is as long as there were changes, not orders.
SELECT kind, subject_id, changed_by, changed_at FROM rule_change WHERE changed_at > ?2 AND valid_from <= ?1 ORDER BY id

-- The newest change of a rule that holds at ?1; history is as long as there were changes, not orders.
SELECT kind, subject_id, valid_from, changed_by, changed_at FROM rule_change WHERE changed_at > ?2 AND valid_from <= ?1
ORDER BY id

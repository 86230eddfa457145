SELECT valid_from, terms, changed_by, changed_at FROM rule_change WHERE kind = ?1 AND subject_id = ?2 ORDER BY id

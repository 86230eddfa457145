SELECT program_id, valid_from, rules FROM program_version ORDER BY program_id, valid_from

SELECT program.id AS id, program.code AS code, program.name AS name, program.currency AS currency, version.valid_from AS valid_from,
  version.rules AS rules
FROM program
JOIN program_version AS version ON version.program_id = program.id AND version.valid_from = (
  SELECT max(valid_from) FROM program_version WHERE program_id = program.id AND valid_from <= ?1
)
ORDER BY program.id

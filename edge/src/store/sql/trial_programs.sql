-- All programs with all versions: a merchant has a few.
SELECT program.id AS id, program.code AS code, program.name AS name, program.currency AS currency,
  version.valid_from AS valid_from, version.rules AS value
FROM program JOIN program_version AS version ON version.program_id = program.id
ORDER BY program.id, version.valid_from

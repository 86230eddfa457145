-- A program with all its versions, the newest first; one row without a version, where an import came no further.
SELECT program.id AS id, program.code AS code, program.name AS name, program.currency AS currency,
  version.valid_from AS valid_from, version.rules AS rules, version.changed_by AS changed_by, version.created_at AS created_at
FROM program LEFT JOIN program_version AS version ON version.program_id = program.id
WHERE program.code = ?1 ORDER BY version.valid_from DESC

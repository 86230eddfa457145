-- Programs whose rules of now began to hold between two instants: a merchant has a few versions in all.
SELECT program.code AS code, version.rules ->> '$.window_days' AS window_days, coalesce(version.rules ->> '$.consent', 'off') AS consent
FROM program_version AS version JOIN program ON program.id = version.program_id
WHERE version.valid_from > ?1 AND version.valid_from <= ?2 AND version.valid_from = (
  SELECT max(valid_from) FROM program_version WHERE program_id = program.id AND valid_from <= ?2
)

SELECT program.id AS key, program.code AS code, program.name AS name, program.currency AS currency,
  nullif(version.valid_from, 0) AS valid_from, version.rules ->> '$.window_days' AS window_days,
  version.rules ->> '$.model' AS model, version.rules ->> '$.binding' AS binding, version.rules ->> '$.hold_days' AS hold_days,
  version.rules ->> '$.min_payout_minor' AS min_payout_minor, version.rules ->> '$.tiers' AS tiers,
  coalesce(version.rules ->> '$.consent', 'off') AS consent
FROM program
JOIN program_version AS version ON version.program_id = program.id AND version.valid_from = (
  SELECT max(valid_from) FROM program_version WHERE program_id = program.id AND valid_from <= ?3
)
WHERE program.id > ?1 ORDER BY program.id LIMIT ?2

INSERT INTO link (code, partner_id, target, window_days, consent)
SELECT ?1, ?2, ?3, coalesce(version.rules ->> '$.window_days', 365), coalesce(version.rules ->> '$.consent', 'off')
FROM (SELECT 1) LEFT JOIN program_version AS version ON version.program_id = ?4 AND version.valid_from = (
  SELECT max(valid_from) FROM program_version WHERE program_id = ?4 AND valid_from <= ?5
) WHERE true
ON CONFLICT (code) DO NOTHING

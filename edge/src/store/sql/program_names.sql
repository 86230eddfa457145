-- Partners and charities that a program's rules name (?1), or that a form does (?2, ?3).
SELECT 'partner' AS kind, id, code FROM partner WHERE code = ?2 OR id IN (
  SELECT version.rules ->> '$.house_partner' FROM program JOIN program_version AS version ON version.program_id = program.id
  WHERE program.code = ?1
)
UNION ALL
SELECT 'charity', id, code FROM charity WHERE code = ?3 OR id IN (
  SELECT version.rules ->> '$.charity.receiver' FROM program JOIN program_version AS version ON version.program_id = program.id
  WHERE program.code = ?1
)

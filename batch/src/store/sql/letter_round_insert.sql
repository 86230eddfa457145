-- What was fixed first holds.
INSERT INTO letter_round (id, first_id, last_id, began_at, written_at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING

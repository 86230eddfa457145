SELECT id, last_id, first_id, began_at, written_at FROM letter_round WHERE id = (SELECT max(id) FROM letter_round)

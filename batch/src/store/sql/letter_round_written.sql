UPDATE letter_round SET written_at = ?2 WHERE id = ?1 AND written_at IS NULL

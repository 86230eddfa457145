DELETE FROM click WHERE link_id BETWEEN ?1 AND ?2 AND hour < ?3

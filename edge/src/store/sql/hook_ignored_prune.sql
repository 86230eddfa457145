DELETE FROM hook_ignored WHERE at < ?1

-- How a round ended for an endpoint; one that is gone is paused.
UPDATE hook_endpoint SET failed_rounds = ?2, rests_until = ?3, paused_at = coalesce(paused_at, ?4), is_gone = max(is_gone, ?4 IS NOT NULL)
WHERE id = ?1

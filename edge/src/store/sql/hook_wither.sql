-- Nothing is left of it: there is nothing to tell.
DELETE FROM hook_delivery
WHERE due_at <= ?1 AND sent_at IS NULL AND failed_at IS NULL AND kind = 'accrual.payable' AND facts ->> '$.amount_minor' <= 0

SELECT 1 AS one FROM mail WHERE due_at <= ?1 AND sent_at IS NULL AND failed_at IS NULL LIMIT 1

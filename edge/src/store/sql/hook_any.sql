SELECT 1 AS one FROM hook_endpoint LIMIT 1

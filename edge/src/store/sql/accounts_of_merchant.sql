SELECT id, email, role, closed_at FROM account WHERE role <> 'partner' ORDER BY closed_at IS NOT NULL, email LIMIT 500

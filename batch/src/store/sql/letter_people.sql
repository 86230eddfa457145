-- Few, and all of them: the merchant's own people.
SELECT id, email, role, language FROM account WHERE role IN ('owner', 'manager') AND closed_at IS NULL ORDER BY id

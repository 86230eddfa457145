-- The method stays, because money went by it; whose account it was does not.
UPDATE requisites SET details = CASE details ->> '$.method'
  WHEN 'paypal' THEN json_object('method', 'paypal', 'holder', 'person', 'name', 'erased', 'email', ?2)
  WHEN 'wise' THEN json_object('method', 'wise', 'holder', 'person', 'name', 'erased', 'recipient_id', 'erased')
  WHEN 'emoney' THEN json_object('method', 'emoney', 'holder', 'person', 'name', 'erased', 'channel', 'erased', 'account', 'erased')
  WHEN 'cash' THEN json_object('method', 'cash', 'holder', 'person', 'name', 'erased', 'note', 'erased')
  ELSE json_object('method', 'bank', 'holder', 'person', 'name', 'erased', 'account', 'erased')
END
WHERE account = ?1

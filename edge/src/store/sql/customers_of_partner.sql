-- Whom a partner has served at the sales desk, by the numbers that it gives (`is_number` in http/site/sales.rs): not who
-- bought in the shop.
SELECT DISTINCT contact.email AS email, contact.name AS name
FROM contact_touch JOIN contact ON contact.id = contact_touch.contact_id
WHERE contact_touch.partner_id = ?1 AND contact_touch.bound_by = 'order'
  AND contact_touch.source GLOB 'order S-????????' AND contact.email IS NOT NULL
ORDER BY contact.name, contact.email LIMIT 200

-- What pages ask for that nothing was found by so far.

-- The merchant's own API keys that open something, for the page "People".
CREATE INDEX api_key_of_merchant ON api_key (created_at) WHERE partner_id IS NULL AND revoked_at IS NULL;

-- Orders of the sales desk, for its page: each began there as pending, once. All of them, and those of whoever placed them;
-- the second finds what the first does not look through.
CREATE INDEX order_event_of_desk ON order_event (order_id) WHERE source = 'sales' AND body ->> '$.status' = 'pending';
CREATE INDEX order_event_of_seller ON order_event (body ->> '$.placed_by', order_id)
WHERE source = 'sales' AND body ->> '$.status' = 'pending';

-- Events that could not be told, for the first page.
CREATE INDEX hook_delivery_failed ON hook_delivery (id) WHERE failed_at IS NOT NULL;

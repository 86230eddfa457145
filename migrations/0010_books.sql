-- Which orders carried a touch of a partner, by him and time: for the page on which he sees those that were not credited to
-- him. Rows are written by the Worker and by imports with the order (0001); `source` of theirs is `order NAME`.
CREATE INDEX contact_touch_carried ON contact_touch (partner_id, at, source) WHERE bound_by = 'touch';

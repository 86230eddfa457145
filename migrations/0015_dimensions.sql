-- By what clicks are counted beside link, partner, country and referrer. Event tables (0002); clicks from before stay as
-- they are: nobody said what they came from.

-- What a click came from, by its user agent; empty: it is not known, or it is no person's. Written by the Worker.
ALTER TABLE click ADD COLUMN device TEXT NOT NULL DEFAULT '' CHECK (device IN ('', 'desktop', 'phone', 'tablet'));
-- What the partner added to the address of his link (`sub_id`), to tell his own places apart; that of the first click of a
-- burst. Empty: nothing, or nothing may be kept of this visitor. Written by the Worker.
ALTER TABLE click ADD COLUMN sub_id TEXT NOT NULL DEFAULT '' CHECK (length(sub_id) <= 64);

-- The same of a touch, so that an order is told by what its own click said. Written by the Worker.
ALTER TABLE touch ADD COLUMN device TEXT NOT NULL DEFAULT '' CHECK (device IN ('', 'desktop', 'phone', 'tablet'));
ALTER TABLE touch ADD COLUMN sub_id TEXT NOT NULL DEFAULT '' CHECK (length(sub_id) <= 64);

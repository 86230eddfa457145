-- Days of links, by the key of clicks. A day that is here already was summed by a run that broke off: it says the same.
INSERT INTO click_day (link_id, day, clicks)
SELECT link_id, hour / 24, count(*) FROM click
WHERE link_id BETWEEN ?1 AND ?2 AND hour < ?3 AND uncounted = ''
GROUP BY link_id, hour / 24
ON CONFLICT (link_id, day) DO UPDATE SET clicks = max(clicks, excluded.clicks)

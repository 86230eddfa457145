//! A merchant of many years, written past the Worker: so many of everything that a list shows.

use rusqlite::Connection;

/// `many` has the column `i`, from 1 to so many; `{look}` is a partner who logs in, and has half of it all.
const TABLES: &[&str] = &[
    "INSERT INTO partner (id, code, name, email, site, created_at)
     SELECT 1000000 + i, printf('many-%06d', i), 'Partner ' || i, printf('many-%06d@partners.example', i), 'https://many.example/' || i, 1700000000
     FROM many",
    "INSERT INTO partner_version (partner_id, valid_from, terms, changed_by, created_at)
     SELECT 1000000 + i, 0, json_object('program', 1, 'parent', iif(i % 2, {look}, NULL)), 'tests', 0 FROM many",
    "INSERT INTO product (id, sku, name) SELECT 1000000 + i, printf('MANY-%06d', i), 'Product ' || i FROM many",
    "INSERT INTO product_version (product_id, valid_from, terms, changed_by, created_at)
     SELECT 1000000 + i, 0, (SELECT terms FROM product_version LIMIT 1), 'tests', 0 FROM many",
    "INSERT INTO link (id, code, partner_id, target, window_days, revision, projected)
     SELECT 1000000 + i, printf('many-%06d', i), iif(i % 2, {look}, 1000000 + i), 'https://many.example/' || i % 500, 30, 1, 1 FROM many",
    "INSERT INTO click (link_id, hour, client, uncounted, partner_id, first_at, hits, country, referrer)
     SELECT 1000000 + i % 1000, 498000 + i / 1000, 'client', '', {look}, (498000 + i / 1000) * 3600, 1, 'IT', 'host-' || i % 100 || '.example' FROM many",
    "INSERT INTO click_day (link_id, day, clicks) SELECT 1000000 + i % 1000, 20000 + i / 1000, 3 FROM many",
    "INSERT INTO contact (id, email, name, created_at)
     SELECT 1000000 + i, printf('many-%06d@contacts.example', i), 'Contact ' || i, 1700000000 FROM many",
    "INSERT INTO contact_touch (contact_id, at, bound_by, partner_id, source)
     SELECT 1000000 + i, 1700000000 + i, 'touch', {look}, printf('order MANY-%06d', i) FROM many",
    "INSERT INTO orders (id, external_id) SELECT 1000000 + i, printf('MANY-%06d', i) FROM many",
    "INSERT INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
     SELECT 1000000 + i, 'api', printf('many-%06d', i), 1700000000 + i, 1700000000 + i, printf('%064x', i),
       (SELECT body FROM order_event JOIN orders ON orders.id = order_id WHERE external_id = 'HOUSE-3') FROM many",
    // All of them began at the sales desk, too, placed by the partner who logs in.
    "INSERT INTO order_event (order_id, source, event_id, at, received_at, body_hash, body)
     SELECT order_id, 'sales', 'sales/' || event_id, at - 1, received_at, body_hash,
       json_set(body, '$.status', 'pending', '$.placed_by', 'house-look@partners.example')
     FROM order_event WHERE order_id > 1000000",
    "INSERT INTO decision (id, order_id, revision, run_id, decided_at, outcome, partner_id, evidence, steps, booked, booked_minor)
     SELECT 1000000 + i, 1000000 + i, 2, 1, 1795000000, 'credited', iif(i % 2, {look}, 1000000 + i), 'touch',
       (SELECT steps FROM decision ORDER BY id LIMIT 1), 1, 100 FROM many",
    "UPDATE orders SET decided_revision = revision WHERE id > 1000000",
    "INSERT INTO transfer (id, debit, credit, amount_minor, currency, kind, tier, payable_from, created_at)
     SELECT (1000000 + i) * 64, 9, iif(i % 2, {look}, 1000000 + i) * 8 + 2, 100, 'EUR', 'accrual', 1, 1794000000, 1794000000 + i % 1000000
     FROM many",
    // What is prepared is in the files of a day: a thousand.
    "INSERT INTO payout (id, account, currency, amount_minor, debt_minor, requisites, prepared_by, prepared_at, state, changed_by, changed_at)
     SELECT 1000000 + i, iif(i > 1000 AND i % 2, {look}, 1000000 + i) * 8 + 2, 'EUR', 100, 100,
       (SELECT requisites FROM payout ORDER BY id LIMIT 1), 'tests', 1795000000, iif(i > 1000, 'confirmed', 'prepared'),
       iif(i > 1000, 'tests', ''), iif(i > 1000, 1795000000, 0) FROM many",
    "INSERT INTO audit (id, at, who, what, subject, before, after)
     SELECT 1000000 + i, 1700000000, 'owner@shop.example', 'partner.saved', 'many-' || i, 'a', 'b' FROM many",
    "INSERT INTO mail (id, cause, recipient, subject, body, html, created_at, due_at, sent_at)
     SELECT 1000000 + i, 'many/' || i, 'many@partners.example', 'Letter ' || i, 'Text', '<p>Text</p>', 1700000000, 1700000000, 1700000000 FROM many",
    "INSERT INTO hook_endpoint (id, url, events, secrets, created_by, created_at, paused_at, told_partner, told_change, told_contact,
       told_decision, told_transfer, told_payout)
     SELECT 1000000, 'https://hooks.example/', '[\"order.credited\"]', 'none', 'tests', 0, 1, 0, 0, 0, 0, 0, 0",
    "INSERT INTO hook_delivery (id, endpoint_id, event_id, kind, at, facts, due_at, sent_at, status)
     SELECT 1000000 + i, 1000000, 'evt-' || i, 'order.credited', 1700000000, '{}', 1700000000, 1700000000, 200 FROM many",
    "INSERT INTO page (host, path, listed, hits, first_at, last_at) SELECT 'www.many.example', printf('/%06d', i), 1, 1, 0, 1700000000 + i FROM many",
    "INSERT INTO missed_code (code, hits, first_at, last_at) SELECT printf('missed-%06d', i), i, 0, 1700000000 FROM many",
    "INSERT INTO visit (day, host, path, referrer, utm, partner_id, hits)
     SELECT 20760, 'www.many.example', '/' || i, 'host-' || i % 100 || '.example', 'many', 0, 1 FROM many",
    "INSERT INTO browser_order (id, external_id, body_hash, reported_at, page, body)
     SELECT 1000000 + i, printf('BROWSER-%06d', i), printf('%064x', i), 1700000000, 'www.many.example/', '{\"kind\":\"none\"}' FROM many",
    "INSERT INTO coupon (code, partner_id) SELECT printf('MANY%06d', i), 1000000 + i FROM many",
];

/// Writes so many rows into each table, the partner `look` having half of what partners have.
pub(super) fn fill(connection: &Connection, rows: u32, look: i64) {
    connection
        .execute_batch(&format!(
            "PRAGMA foreign_keys = OFF; BEGIN; CREATE TEMP TABLE many AS
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT i FROM n"
        ))
        .unwrap();
    for sql in TABLES {
        let sql = sql.replace("{look}", &look.to_string());
        connection.execute(&sql, []).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    connection.execute_batch("COMMIT").unwrap();
}

//! Texts into every column that a page shows, past all forms: what was let in yesterday must not run today.
//!
//! `{field}` in a statement is the text with a mark behind it, `·field·number·`, by which the look knows which text it sees
//! in which field. `text` has the columns `key` and `value`.

use std::collections::BTreeSet;

use rusqlite::Connection;

/// Shown by lists that go on page after page, and by cards.
const ONCE: &[&str] = &[
    "INSERT INTO partner (code, name, email, site, phone, created_at)
     SELECT 'x-' || key, {partner_name}, {partner_email}, {partner_site}, {partner_phone}, 1700000000 FROM text",
    "INSERT INTO partner_version (partner_id, valid_from, terms, changed_by, created_at)
     SELECT partner.id, 0, (SELECT json_set(terms, '$.parent', partner_id) FROM partner_version WHERE partner_id = {house}), 'tests', 0
     FROM text JOIN partner ON partner.code = 'x-' || key",
    "INSERT INTO coupon (code, partner_id) SELECT upper({coupon_code}), {house} FROM text",
    "INSERT INTO product (sku, name)
     SELECT CASE WHEN length({product_sku}) <= 100 THEN {product_sku} ELSE 'x-' || key END, {product_name} FROM text",
    "INSERT INTO product_version (product_id, valid_from, terms, changed_by, created_at)
     SELECT product.id, 0, version.terms, 'tests', 0
     FROM product JOIN product AS known ON known.sku = 'TOUR' JOIN product_version AS version ON version.product_id = known.id
     WHERE NOT EXISTS (SELECT 1 FROM product_version WHERE product_id = product.id)",
    "INSERT INTO material (product_id, kind, title, body, picture, width, height)
     SELECT (SELECT id FROM product WHERE sku = 'TOUR'), kind.value, {material_title}, {material_body},
       iif(kind.value = 'banner', '{shop}' || {material_picture}, ''), 0, 0
     FROM text, json_each('[\"text\", \"banner\", \"mail\"]') AS kind",
    "INSERT INTO product_page (product_id, url) SELECT (SELECT id FROM product WHERE sku = 'TOUR'), {product_page} FROM text",
    "INSERT INTO link (code, partner_id, product_id, target, window_days)
     SELECT 'xss-tour', partner.id, product_id, url, 30 FROM partner JOIN product_page WHERE partner.code = 'house-look' LIMIT 1",
    "INSERT INTO contact (email, external_id, name, created_at)
     SELECT {contact_email}, {contact_external}, {contact_name}, 1700000000 FROM text",
    "INSERT INTO contact_touch (contact_id, at, bound_by, partner_id, source)
     SELECT contact.id, 1700000000, 'order', {house}, {contact_source} FROM text JOIN contact ON contact.email = {contact_email}",
    "INSERT INTO audit (at, who, what, subject, before, after)
     SELECT 1700000000, {audit_who}, {audit_what}, {audit_subject}, {audit_before}, {audit_after} FROM text",
    "INSERT INTO payout (account, currency, amount_minor, debt_minor, requisites, prepared_by, prepared_at)
     SELECT partner.id * 8 + 2, 'EUR', 100, 100, (SELECT requisites FROM payout ORDER BY id LIMIT 1), {payout_by}, 1700000000
     FROM text JOIN partner ON partner.code = 'x-' || key",
    "UPDATE payout SET note = {payout_note}, changed_at = 1700000001
     FROM text JOIN partner ON partner.code = 'x-' || key WHERE payout.account = partner.id * 8 + 2",
    "INSERT INTO posting (id, cause, posted_by, reason, at, transfers)
     SELECT 900000 + key, 'xss/' || key, {posting_by}, {posting_reason}, 1794000000, '[]' FROM text",
    "INSERT INTO transfer (id, debit, credit, amount_minor, currency, kind, tier, payable_from, created_at)
     SELECT (900000 + key) * 64, 5, {house} * 8 + 2, 100, 'EUR', 'adjustment', 0, 1794000000, 1794000000 FROM text",
    "INSERT INTO browser_order (external_id, body_hash, reported_at, page, body)
     SELECT {browser_order}, printf('%064d', key), 1700000000, 'shop.example/', '{\"kind\":\"none\"}' FROM text",
];

/// Shown by pages of the fifty newest.
const LATEST: &[&str] = &[
    "INSERT INTO mail (cause, recipient, subject, body, created_at, due_at, failed_at, problem)
     SELECT 'xss/' || key, {mail_to}, {mail_subject}, {mail_body}, 1794000000, 1794000000, 1794000000, {mail_problem} FROM text",
    "DELETE FROM hook_delivery",
    "DELETE FROM hook_endpoint",
    "INSERT INTO hook_endpoint (id, partner_id, url, events, secrets, created_by, created_at, paused_at, told_partner, told_change,
       told_contact, told_decision, told_transfer, told_payout)
     SELECT key + 1, {house}, {hook_url}, json_array({hook_event}), '', 'tests', 0, 1, 0, 0, 0, 0, 0, 0 FROM text",
    "INSERT INTO hook_delivery (endpoint_id, event_id, kind, at, facts, due_at, failed_at, status, answer)
     SELECT key + 1, iif(instr(value, '.') = 0, {hook_id}, key), {hook_kind}, 0, '{}', 0, 1, 500, {hook_answer} FROM text",
    "INSERT INTO posting (id, cause, posted_by, reason, at, transfers)
     SELECT 1900000 + text.key, 'xss-late/' || text.key, {posting_by}, {posting_reason}, 1794000000, '[]' FROM text",
    "INSERT INTO transfer (id, debit, credit, amount_minor, currency, kind, tier, payable_from, created_at)
     SELECT (1900000 + text.key) * 64, 5, {house} * 8 + 2, 100, 'EUR', 'adjustment', 0, 1794000000, 1794000000 FROM text",
    "DELETE FROM page",
    "INSERT INTO page (host, path, listed, hits, first_at, last_at) SELECT {page_host}, {page_path}, 0, 1, 0, 1794000000 FROM text",
    "DELETE FROM missed_code",
    "INSERT INTO missed_code (code, hits, first_at, last_at) SELECT {missed_code}, 1000, 0, 1794000000 FROM text",
    "DELETE FROM visit",
    "INSERT INTO visit (day, host, path, referrer, utm, hits)
     SELECT 20770, 'www.shop.example', '/' || key, {visit_referrer}, {visit_utm}, 1 FROM text",
    "DELETE FROM click",
    "INSERT INTO click (link_id, hour, client, uncounted, partner_id, first_at, hits, country, referrer, sub_id)
     SELECT 1, 498480, 'x-' || key, '', {house}, 1794528000, 1, {click_country}, {click_referrer},
       iif(length({click_sub}) <= 64, {click_sub}, 'x-' || key)
     FROM text",
    "DELETE FROM hook_ignored",
    "INSERT INTO hook_ignored (provider, shop, kind, subject, reason, at)
     SELECT 'stripe', {ignored_shop}, {ignored_kind}, {ignored_subject}, {ignored_reason}, 1794000000 FROM text",
];

/// Shown by pages that have an end: so many.
const WINDOW: &[&str] = &[
    "DELETE FROM link WHERE code LIKE 'x-%'",
    "INSERT INTO link (code, partner_id, product_id, target, window_days)
     SELECT 'x-' || key, {house}, (SELECT id FROM product WHERE name = {product_name}), {link_target}, 30 FROM text",
    "DELETE FROM account WHERE role = 'reader' AND password IS NULL",
    "INSERT INTO account (email, role, created_at) SELECT {account_email}, 'reader', 0 FROM text",
    "DELETE FROM program_version WHERE program_id IN (SELECT id FROM program WHERE code LIKE 'x-%')",
    "DELETE FROM program WHERE code LIKE 'x-%'",
    "INSERT INTO program (code, name, currency) SELECT 'x-' || key, {program_name}, 'EUR' FROM text",
    "INSERT INTO program_version (program_id, valid_from, rules, changed_by, created_at)
     SELECT program.id, 0, (SELECT rules FROM program_version ORDER BY program_id LIMIT 1), {program_by}, 0
     FROM text JOIN program ON program.code = 'x-' || key",
    "DELETE FROM mail_text",
    "INSERT INTO mail_text (kind, language, subject, body, changed_by, changed_at)
     SELECT 'accruals', 'en', group_concat({letter_subject}, ' '), group_concat({letter_body}, char(10)), 'tests', 0 FROM text",
    "DELETE FROM branding",
    "INSERT INTO branding (details, changed_by, changed_at)
     SELECT json_object('welcome', group_concat({brand_welcome}, ' '), 'join_text', group_concat({brand_join}, ' '),
       'contact', group_concat({brand_contact}, ' ')), 'tests', 0 FROM text",
    // Keys by hashes that no key has.
    "DELETE FROM api_key WHERE hash LIKE '00000000%' OR hash LIKE 'f0000000%'",
    "INSERT INTO api_key (hash, name, created_at, scopes, partner_id)
     SELECT printf('%064d', key), {partner_key}, 0, 'read', {house} FROM text",
    "INSERT INTO api_key (hash, name, created_at, scopes) SELECT 'f' || printf('%063d', key), {merchant_key}, 0, 'read' FROM text",
    // A file of partners each, with a column that is none of ours, and a row that cannot be taken.
    "DELETE FROM import_file",
    "INSERT INTO import_file (name, kind, text, places, created_by, created_at)
     SELECT 'x-' || key, 'partners',
       'code,name,program,status,\"' || replace({import_head}, '\"', '\"\"') || '\"' || char(10)
         || 'imp-' || key || ',\"' || replace({import_cell}, '\"', '\"\"') || '\",main,\"'
         || replace({import_bad}, '\"', '\"\"') || '\",' || char(10),
       '0,1,,,,,2,,3', 'tests', 1794000000
     FROM text",
    "UPDATE merchant SET details = json_set(details, '$.name', (SELECT group_concat({merchant_name}, ' ') FROM text))",
];

/// The names of all fields.
pub(super) fn fields() -> BTreeSet<String> {
    let all = ONCE
        .iter()
        .chain(LATEST)
        .chain(WINDOW)
        .flat_map(|sql| sql.split('{').skip(1))
        .filter_map(|part| part.split_once('}'));
    all.map(|(name, _)| name.to_owned()).filter(|name| is_field(name)).collect()
}

fn is_field(name: &str) -> bool {
    !name.is_empty() && !["house", "shop"].contains(&name) && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// Puts texts where lists and cards show them.
pub(super) fn once(connection: &Connection, texts: &[String], shop: &str) {
    let all: Vec<(usize, &String)> = texts.iter().enumerate().collect();
    run(connection, ONCE, &all, shop);
}

/// Puts texts, with their numbers among all, where the fifty newest are shown.
pub(super) fn latest(connection: &Connection, texts: &[(usize, &String)]) {
    run(connection, LATEST, texts, "");
}

/// Puts texts where so many are shown, in the place of those before.
pub(super) fn window(connection: &Connection, texts: &[(usize, &String)]) {
    run(connection, WINDOW, texts, "");
}

fn run(connection: &Connection, statements: &[&str], texts: &[(usize, &String)], shop: &str) {
    connection
        .execute_batch("DROP TABLE IF EXISTS temp.text; CREATE TEMP TABLE text (key INTEGER PRIMARY KEY, value TEXT)")
        .unwrap();
    for (key, value) in texts {
        connection
            .execute("INSERT INTO temp.text VALUES (?1, ?2)", rusqlite::params![i64::try_from(*key).unwrap(), value])
            .unwrap();
    }
    for statement in statements {
        connection.execute(&marked(statement, shop), []).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// Partners who log in, a third of the texts for each.
const HOUSE: &str = "(SELECT id FROM partner WHERE code = CASE text.key % 3 WHEN 0 THEN 'house-ann' WHEN 1 THEN 'house-ben' ELSE 'house-look' END)";

fn marked(statement: &str, shop: &str) -> String {
    let mut sql = String::new();
    let mut rest = statement;
    while let Some((before, after)) = rest.split_once('{') {
        sql.push_str(before);
        let end = after.find('}').unwrap();
        let (name, further) = (&after[..end], &after[end + 1..]);
        match name {
            "house" => sql.push_str(HOUSE),
            "shop" => sql.push_str(shop),
            name if is_field(name) => {
                sql.push_str(&format!("(text.value || '{}' || text.key || '·')", super::mark(name)));
            }
            // JSON.
            name => sql.push_str(&format!("{{{name}}}")),
        }
        rest = further;
    }
    sql + rest
}

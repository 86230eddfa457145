//! Lists and files of a merchant who has a hundred thousand of everything: by key, in few ways to the database, whole.

mod fill;

use std::collections::HashSet;
use std::time::Instant;

use rusqlite::Connection;
use tributary_tests::client::Answer;
use tributary_tests::worker::Options;

use crate::people::{Household, OWNER};

/// Rows of each table.
const ROWS: u32 = 100_000;

/// The most ways to the database for a page, and the most bytes that it may have with its style and its script.
const TRIPS_MAX: u64 = 3;
const PAGE_BYTES_MAX: usize = 60_000;

/// The most memory that the Worker's own code may have taken after all of it: half of what a Worker has.
const WASM_BYTES_MAX: u64 = 64 * 1_024 * 1_024;

fn told(answer: &Answer, name: &str) -> u64 {
    answer.header(name).unwrap_or_else(|| panic!("{name}: {answer:?}")).parse().unwrap()
}

/// Where the page after a page is.
fn next(page: &str) -> Option<String> {
    let paths = page.split("<a ").skip(1).filter_map(|link| link.split("href=\"").nth(1)?.split('"').next());
    let mut next = paths.filter(|path| path.contains("?before=") || path.contains("?after="));
    next.next().map(|path| path.replace("&#38;", "&").replace("&amp;", "&"))
}

/// The rows of the table that a list has.
fn rows(page: &str) -> usize {
    page.split("<tbody>")
        .skip(1)
        .map(|table| table.split("</tbody>").next().unwrap().matches("<tr").count())
        .max()
        .unwrap_or(0)
}

#[test]
fn whatever_there_is_a_hundred_thousand_of_is_listed_page_by_page_and_downloaded_whole() {
    let household = Household::with(Options { counts: true, ..Options::default() });
    let connection = Connection::open(household.stage.worker.database().unwrap()).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(30)).unwrap();
    let began = Instant::now();
    let look = household.stage.number("SELECT id FROM partner WHERE code = 'house-look'");
    fill::fill(&connection, ROWS, look);
    println!("{ROWS} rows in each table after {} s", began.elapsed().as_secs());
    let owner = household.log_in(OWNER);
    let partner = household.log_in("house-look@partners.example");
    let assets: usize = ["/assets/app.css", "/assets/app.js", "/assets/icon.svg"]
        .map(|path| household.get("", path).body.len())
        .iter()
        .sum();
    let mut wrong = Vec::new();
    let mut pages = 0;
    let mut wrong_lists: Vec<String> = Vec::new();
    let mut look_at = |session: &str, path: &str, least: usize| {
        let began = Instant::now();
        let answer = household.get(session, path);
        let (took, bytes) = (began.elapsed().as_millis(), answer.body.len() + assets);
        let trips = answer.header("x-trips").map_or(0, |trips| trips.parse().unwrap());
        let memory = told(&answer, "x-wasm-bytes") >> 20;
        println!("{path}: {} rows, {trips} trips, {bytes} bytes, {took} ms, {memory} MiB", rows(&answer.body));
        if answer.status != 200 || trips > TRIPS_MAX || bytes > PAGE_BYTES_MAX || rows(&answer.body) < least {
            wrong.push(format!("{path}: {}, {trips} trips, {bytes} bytes, {} rows", answer.status, rows(&answer.body)));
        }
        pages += 1;
        answer
    };
    // Each list from its beginning, in its middle and at its end: the key of the latter two.
    for (session, path, key, middle, last) in [
        (&owner, "/admin/orders", "after", "1050001", "1000003"),
        (&owner, "/admin/orders?q=MANY-0", "after", "MANY-050000", "MANY-099998"),
        (&owner, "/admin/contacts?q=many-0", "before", "1050001", "1000003"),
        (&owner, "/admin/orders?show=reported", "after", "1050001", "1000003"),
        (&owner, "/admin/partners", "after", "many-050000", "many-099998"),
        (&owner, "/admin/contacts", "before", "1050001", "1000003"),
        (&owner, "/admin/products", "after", "MANY-050000", "MANY-099998"),
        (&owner, "/admin/accruals", "before", "67200000", "64000192"),
        (&owner, "/admin/balances", "after", "many-050000", "many-099998"),
        (&owner, "/admin/payouts", "before", "1050001", "1000003"),
        (&owner, "/admin/audit", "before", "1050001", "1000003"),
        (&owner, "/sales", "after", "many-050000", "many-099998"),
        (&owner, "/sales/desk/orders", "before", "1050001", "1000003"),
        (&partner, "/sales/desk/orders", "before", "1050001", "1000003"),
        (&partner, "/partner/accruals", "before", "67200000", "64000192"),
        (&partner, "/partner/payouts", "before", "1050001", "1001003"),
        (&partner, "/partner/products", "after", "MANY-050000", "MANY-099998"),
        (&partner, "/partner/links", "before", "1050001", "1000003"),
        (&partner, "/partner/partners", "after", "many-050000", "many-099998"),
    ] {
        // Of whom half have a balance.
        let rows = if path == "/admin/balances" { 25 } else { 50 };
        let first = look_at(session, path, rows);
        match next(&first.body) {
            Some(second) => {
                assert!(second.contains(&format!("{key}=")), "{path}: {second}");
                look_at(session, &second, rows);
            }
            None => wrong_lists.push(format!("{path}: there is no other page")),
        }
        let mark = if path.contains('?') { '&' } else { '?' };
        let page = look_at(session, &format!("{path}{mark}{key}={middle}"), rows);
        assert!(next(&page.body).is_some(), "{path}: the middle is not the end");
        let page = look_at(session, &format!("{path}{mark}{key}={last}"), 1);
        let names_none = path.contains("accruals") || path == "/partner/payouts";
        assert!(page.body.to_lowercase().contains("many-") || page.body.contains("BROWSER-") || names_none, "{path}");
    }
    // Pages that have an end, narrowed lists, and cards of whoever has the most.
    for (session, path) in [
        (&owner, "/admin"),
        (&owner, "/admin/orders?q=MANY-09"),
        (&owner, "/admin/orders/MANY-050000"),
        (&owner, "/admin/partners?q=many-0999"),
        (&owner, "/admin/partners?status=blocked"),
        (&owner, "/admin/partners/house-look"),
        (&owner, "/admin/partners/house-look?links=1050001&children=many-050000"),
        (&owner, "/admin/contacts?q=many-0999"),
        (&owner, "/admin/contacts/1050000"),
        (&owner, "/admin/accruals?partner=house-look"),
        (&owner, "/admin/accruals?state=back"),
        (&owner, "/admin/payouts?partner=many-050000"),
        (&owner, "/admin/payouts?state=failed"),
        (&owner, "/admin/payouts/1050000"),
        (&owner, "/admin/payouts/files"),
        (&owner, "/admin/adjustments"),
        (&owner, "/admin/mail"),
        (&owner, "/admin/hooks"),
        (&owner, "/admin/hooks?before=1050001"),
        (&owner, "/admin/counter"),
        (&owner, "/admin/people"),
        (&owner, "/admin/programs/main/test?amount=100&partner=many-050000&sku=MANY-050000"),
        (&owner, "/sales?q=Partner+99999"),
        (&owner, "/sales/house-look"),
        (&partner, "/partner"),
        (&partner, "/partner/links"),
        (&partner, "/partner/links/many-099999"),
        (&partner, "/partner/links/many-000001"),
        (&partner, "/partner/partners"),
        (&partner, "/partner/orders"),
        (&partner, "/partner/orders/MANY-050001"),
    ] {
        look_at(session, path, 0);
    }
    for by in ["month", "partner", "product", "link", "country", "referrer", "utm", "device", "sub_id"] {
        look_at(&owner, &format!("/admin/reports?from=2026-10&to=2026-12&by={by}"), 0);
    }
    // Files: all rows, each once, in the order of their keys.
    for (name, sql, column, descends) in [
        ("orders", "SELECT count(*) FROM orders", 0, false),
        ("partners", "SELECT count(*) FROM partner", 0, false),
        ("products", "SELECT count(*) FROM product", 0, false),
        ("balances", "SELECT count(DISTINCT credit) FROM transfer WHERE credit % 8 = 2", 0, false),
        ("payouts", "SELECT count(*) FROM payout", 0, false),
        ("audit", "SELECT count(*) FROM audit", 3, false),
        ("links", "SELECT count(*) FROM link", 0, false),
        ("contacts", "SELECT count(*) FROM contact", 0, false),
        ("mail", "SELECT count(*) FROM mail", 2, false),
        ("hooks", "SELECT count(*) FROM hook_delivery", 0, false),
        ("counter", "SELECT count(*) FROM page", 1, false),
        ("missed", "SELECT count(*) FROM missed_code", 0, false),
        ("accruals", "SELECT count(*) FROM transfer WHERE kind NOT IN ('payout', 'payout_return')", 0, true),
    ] {
        let began = Instant::now();
        let answer = household.get(&owner, &format!("/admin/{name}.csv"));
        let took = began.elapsed().as_millis();
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        let (trips, bytes) = (told(&answer, "x-trips"), told(&answer, "x-wasm-bytes"));
        let mut reader = csv::Reader::from_reader(answer.body.as_bytes());
        let keys: Vec<String> = reader.records().map(|record| record.unwrap()[column].to_owned()).collect();
        let there = usize::try_from(connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap()).unwrap();
        println!(
            "{name}.csv: {} of {there} rows, {} bytes, {trips} trips, {took} ms, {bytes} bytes of memory",
            keys.len(),
            answer.body.len()
        );
        if keys.len() != there || answer.header("link").is_some() {
            wrong.push(format!("{name}.csv has {} of {there} rows", keys.len()));
        }
        // Of what was filled in: each once, one after the other.
        let ours: Vec<u64> = keys.iter().filter_map(|key| number(name, key)).collect();
        let different: HashSet<u64> = ours.iter().copied().collect();
        let follow = ours.windows(2).all(|pair| if descends { pair[0] > pair[1] } else { pair[0] < pair[1] });
        let wanted = if name == "balances" { ROWS / 2 } else { ROWS };
        if ours.len() != usize::try_from(wanted).unwrap() || different.len() != ours.len() || !follow {
            wrong.push(format!(
                "{name}.csv: {} rows of ours, {} different, in order: {follow}",
                ours.len(),
                different.len()
            ));
        }
        if bytes > WASM_BYTES_MAX {
            wrong.push(format!("{name}.csv: {bytes} bytes of memory"));
        }
    }
    println!("{pages} pages");
    wrong.extend(wrong_lists);
    assert!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The number of a row that was filled in; of balances those that are not the one partner's.
fn number(file: &str, key: &str) -> Option<u64> {
    match file {
        "payouts" => key.parse().ok().filter(|number| *number > 1_000_000),
        "accruals" => key.parse().ok().filter(|number| *number > 64_000_000),
        "hooks" => key.strip_prefix("evt-")?.parse().ok(),
        "counter" => key.strip_prefix('/')?.parse().ok(),
        "missed" => key.strip_prefix("missed-")?.parse().ok(),
        _ => key
            .to_lowercase()
            .strip_prefix("many-")
            .or_else(|| key.strip_prefix("Letter "))?
            .split('@')
            .next()?
            .parse()
            .ok(),
    }
}

//! A person is told what is kept of him, and forgotten; raw events are kept for their term.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::common::{Desk, look};

const NIGHT: &str = "2026-03-01T00:00:00Z";
const BUYER: &str = "berta@buyer.example";

fn sql(desk: &Desk, statements: &str) {
    look(&desk.database()).execute_batch(statements).expect("the test's statements are SQL");
}

fn number(desk: &Desk, query: &str) -> i64 {
    look(&desk.database()).query_row(query, [], |row| row.get(0)).expect("the test's query answers a number")
}

/// Where a text stands in a database, in whatever case: `table.column`.
fn places(connection: &Connection, wanted: &str) -> Vec<String> {
    let columns = "SELECT list.name, field.name FROM sqlite_master AS list JOIN pragma_table_info(list.name) AS field
        WHERE list.type = 'table'";
    let mut columns = connection.prepare(columns).expect("SQLite lists its columns");
    let columns: Vec<(String, String)> = columns
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("SQLite lists its columns")
        .map(|row| row.expect("names are texts"))
        .collect();
    let holds = |table: &str, column: &str| {
        let query = format!("SELECT count(*) FROM \"{table}\" WHERE instr(lower(CAST(\"{column}\" AS TEXT)), ?1) > 0");
        connection
            .query_row(&query, [wanted.to_lowercase()], |row| row.get::<_, i64>(0))
            .expect("every column can be looked at")
            > 0
    };
    let held = columns.into_iter().filter(|(table, column)| holds(table, column));
    held.map(|(table, column)| format!("{table}.{column}")).collect()
}

/// A buyer of two orders, of which a partner's coupon and a binding earned; his address stands in free texts, too.
fn shop() -> Desk {
    let desk = Desk::with_three_tiers();
    desk.import(
        "orders",
        format!(
            "external_id,paid_at,email,net,coupon\nA,2026-02-01T00:00:00Z,{BUYER},100.00,CLEO\nB,2026-02-02T00:00:00Z,{BUYER},50.00,\n\
             C,2026-02-02T00:00:00Z,joberta@buyer.example,10.00,\n"
        ),
    );
    let signed = ["--by", "Olga", "--reason", "Berta@Buyer.example asked for it by phone"];
    desk.good(&[&["orders", "hold", "C"][..], &signed].concat());
    desk.good(&[&["contacts", "assign", BUYER, "--to", "bert"][..], &signed].concat());
    desk.good(&["accounts", "add", BUYER, "--role", "reader"]);
    sql(
        &desk,
        &format!(
            "UPDATE contact SET name = 'Berta Buyer', external_id = 'C-77' WHERE email = '{BUYER}';
             INSERT INTO mail (cause, recipient, subject, body, created_at, due_at) VALUES ('x', '{BUYER}', 's', 'Dear Berta Buyer', 1, 1);
             INSERT INTO mail (cause, recipient, subject, body, created_at, due_at)
               VALUES ('y', 'owner@shop.example', 's', 'An order of {BUYER}.', 1, 1);
             INSERT INTO hook_endpoint VALUES (1, NULL, 'https://hears.example', '[]', 'x', 'Olga', 1, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0);
             INSERT INTO hook_delivery (endpoint_id, event_id, kind, at, facts, due_at)
               SELECT 1, 'evt_contact_bound_1', 'contact.bound', 1, json_object('contact', id, 'external_id', external_id), 1
               FROM contact WHERE email = '{BUYER}';
             INSERT INTO login_failure VALUES ('{BUYER}', 1, 1);"
        ),
    );
    desk.night(NIGHT);
    desk
}

#[test]
fn an_export_holds_all_that_is_kept_of_a_person_and_nothing_of_another() {
    let desk = shop();
    let told = desk.good(&["person", "export", "Berta@buyer.example"]).json();
    assert_eq!(told["contact"][0]["name"], "Berta Buyer");
    let orders: Vec<&Value> = told["orders"].as_array().expect("a list").iter().map(|event| &event["order"]).collect();
    assert_eq!(orders, [&json!("A"), &json!("B")]);
    assert_eq!(told["decisions"][0]["outcome"], "credited");
    assert_eq!(told["bindings"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&told["accounts"][0]["role"], &told["mails"][0]["body"]),
        (&json!("reader"), &json!("Dear Berta Buyer"))
    );
    let text = told.to_string();
    assert!(!text.contains("joberta") && !text.contains("password\":\""), "{text}");
    assert!(told["elsewhere"].to_string().contains("order_event.body"), "{told}");
}

#[test]
fn after_an_erasure_no_table_holds_the_address_or_the_name_and_every_amount_stands() {
    let desk = shop();
    let before = desk.transfers();
    let connection = look(&desk.database());
    assert!(places(&connection, BUYER).len() > 8, "the control: it stood in many places");
    let erased = desk.good(&["person", "erase", BUYER, "--reason", "asked for it", "--by", "Olga", "--json"]).json();
    let pseudonym = erased["pseudonym"].as_str().expect("he has one now").to_owned();
    // Another's address that ends like his is another's.
    assert_eq!(number(&desk, "SELECT count(*) FROM contact WHERE email = 'joberta@buyer.example'"), 1);
    sql(&desk, "UPDATE contact SET email = 'other@elsewhere.example' WHERE email = 'joberta@buyer.example'");
    let left: Vec<String> = places(&connection, BUYER)
        .into_iter()
        .filter(|place| !["order_event.body", "order_series.series"].contains(&place.as_str()))
        .collect();
    assert_eq!(left, Vec::<String>::new());
    assert_eq!(
        number(
            &desk,
            &format!(
                "SELECT count(*) FROM order_event WHERE replace(lower(body), 'joberta@buyer.example', '') LIKE '%{BUYER}%'"
            )
        ),
        0
    );
    for personal in ["Berta Buyer", "C-77"] {
        assert_eq!(places(&connection, personal), Vec::<String>::new(), "{personal}");
    }
    assert_eq!(desk.transfers(), before);
    desk.assert_verified();
    // What belonged together still does: nothing would be judged otherwise.
    assert_eq!(desk.good(&["diff", "--json"]).json()["differences"], json!([]));
    assert!(desk.good(&["explain", "B"]).out.contains("e…@erased.invalid"));
    let line = format!(
        "SELECT count(*) FROM audit WHERE what = 'person.erased' AND who = 'Olga' AND subject = '{pseudonym}' AND after = 'asked for it'"
    );
    assert_eq!(number(&desk, &line), 1);
    // Twice is harmless.
    let dump = desk.dump();
    let again = desk.good(&["person", "erase", BUYER, "--reason", "asked for it"]);
    assert!(again.out.contains("nothing is kept"), "{again:?}");
    assert_eq!(desk.dump(), dump);
}

#[test]
fn an_erasure_that_broke_off_is_ended_by_the_next_under_the_same_pseudonym() {
    let desk = shop();
    sql(
        &desk,
        &format!(
            "INSERT INTO erasing VALUES ('{BUYER}', 'secret', 'erased-1@erased.invalid', 1);
            UPDATE order_event SET body = json_replace(body, '$.customer.email', 'erased-1@erased.invalid')
            WHERE order_id = (SELECT id FROM orders WHERE external_id = 'A');"
        ),
    );
    let erased = desk.good(&["person", "erase", BUYER, "--reason", "asked for it", "--json"]).json();
    assert_eq!(erased["pseudonym"], "erased-1@erased.invalid");
    assert_eq!(number(&desk, "SELECT count(*) FROM erasing"), 0);
    assert_eq!(desk.good(&["diff", "--json"]).json()["differences"], json!([]));
}

#[test]
fn while_nobody_is_erased_nothing_on_record_can_be_changed_and_then_only_texts_about_people() {
    let desk = shop();
    let refused = |change: &str| look(&desk.database()).execute(change, []).is_err();
    let texts = [
        "UPDATE order_event SET body = json_replace(body, '$.customer.email', 'x@y.example')",
        "UPDATE audit SET subject = 'x'",
    ];
    for change in texts {
        assert!(refused(change), "{change}");
    }
    sql(&desk, &format!("INSERT INTO erasing VALUES ('{BUYER}', 'secret', 'erased-1@erased.invalid', 1)"));
    for change in [
        "UPDATE order_event SET body = json_replace(body, '$.lines[0].net_minor', 1)",
        "UPDATE order_event SET at = 1",
        "UPDATE decision SET transfers = '[[1]]'",
        "UPDATE decision SET outcome = 'unpaid'",
        "UPDATE audit SET what = 'x'",
        "DELETE FROM audit",
        "UPDATE transfer SET amount_minor = 1",
    ] {
        assert!(refused(change), "{change}");
    }
    for change in texts {
        assert!(!refused(change), "{change}");
    }
}

#[test]
fn a_partner_is_erased_once_he_is_owed_nothing_and_earns_nothing_from_then_on() {
    let desk = shop();
    desk.import("requisites", "partner,method,holder,name,email\ncleo,paypal,person,Cleo Brown,cleo@example.test\n");
    let erase = ["person", "erase", "cleo@example.test", "--reason", "she left"];
    let owed = desk.run(&erase);
    assert!(owed.code == 1 && owed.err.contains("partner cleo has a balance"), "{owed:?}");
    desk.good(&["payouts", "prepare", "--partner", "cleo", "--by", "Olga"]);
    assert_eq!(desk.run(&erase).code, 1, "an open payout");
    desk.good(&["payouts", "confirm", "1", "--by", "Olga"]);
    desk.good(&erase);
    let connection = look(&desk.database());
    for personal in ["cleo@example.test", "Cleo Brown"] {
        assert_eq!(places(&connection, personal), Vec::<String>::new(), "{personal}");
    }
    assert_eq!(
        number(&desk, "SELECT count(*) FROM payout WHERE requisites ->> '$.method' = 'paypal' AND state = 'confirmed'"),
        1
    );
    assert_eq!(desk.good(&["payouts", "list", "--json"]).json()[0]["method"], "paypal");
    desk.assert_verified();
    desk.import("orders", "external_id,paid_at,email,net,coupon\nD,2030-02-01T00:00:00Z,d@example.test,100.00,CLEO\n");
    desk.night("2030-03-01T00:00:00Z");
    assert!(!desk.earned("D").iter().any(|line| line.contains("cleo")), "{:?}", desk.earned("D"));
}

#[test]
fn a_reason_that_holds_the_address_is_refused_and_a_dry_run_changes_nothing() {
    let desk = shop();
    let dump = desk.dump();
    assert_eq!(desk.run(&["person", "erase", BUYER, "--reason", "BERTA@buyer.example wrote"]).code, 1);
    let said = desk.good(&["person", "erase", BUYER, "--reason", "asked for it", "--dry-run"]);
    assert!(said.out.contains("contact.email"), "{said:?}");
    assert_eq!(desk.dump(), dump);
}

#[test]
fn raw_events_are_kept_for_their_term_and_clicks_are_counted_on() {
    let desk = shop();
    desk.import("links", "code,partner,target\nl,cleo,https://shop.example/\n");
    sql(
        &desk,
        "INSERT INTO click (link_id, hour, client, uncounted, partner_id, first_at, hits)
           SELECT link.id, hour.value, client.value, '', partner_id, 1, 1
           FROM link, json_each('[48, 49, 72]') AS hour, json_each('[\"a\", \"b\"]') AS client;
         INSERT INTO click (link_id, hour, client, uncounted, partner_id, first_at, hits)
           SELECT id, 48, 'c', 'bot', partner_id, 1, 1 FROM link;
         INSERT INTO click (link_id, hour, client, uncounted, partner_id, first_at, hits)
           SELECT id, unixepoch() / 3600, 'a', '', partner_id, 1, 1 FROM link;
         INSERT INTO touch (visitor, at, id, kind, partner_id, link_id) VALUES ('v', 1, 't', 'click', 1, 1), ('v', unixepoch() - 400 * 86400, 'u', 'click', 1, 1);
         INSERT INTO missed_code VALUES ('old', 1, 1, 1), ('new', 1, 1, unixepoch());
         UPDATE mail SET sent_at = 1 WHERE cause = 'x';
         INSERT INTO login_failure VALUES ('old', 1, 1);",
    );
    let pruned = desk.good(&["prune", "--json"]).json();
    assert_eq!(
        (&pruned["clicks"], &pruned["touches"], &pruned["missed"], &pruned["mails"]),
        (&json!(7), &json!(1), &json!(1), &json!(1))
    );
    assert_eq!(number(&desk, "SELECT count(*) FROM click"), 1);
    assert_eq!(number(&desk, "SELECT 10 * clicks + day FROM click_day WHERE day = 2"), 42);
    assert_eq!(number(&desk, "SELECT sum(clicks) FROM click_day"), 6, "bots are not counted");
    let dump = desk.dump();
    assert_eq!(desk.good(&["prune", "--json"]).json()["clicks"], 0);
    assert_eq!(desk.dump(), dump);
}

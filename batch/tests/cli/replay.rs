//! Replays: what judging again would change, why, what other rules would have cost, and booking the difference.

use serde_json::{Value, json};

use crate::common::{Desk, look, program};

const NIGHT: &str = "2026-03-01T00:00:00Z";
const SIGNED: [&str; 4] = ["--by", "Olga", "--reason", "late clicks"];

fn diff(desk: &Desk, more: &[&str]) -> Value {
    desk.run(&[&["diff", "--json"], more].concat()).json()
}

fn apply(desk: &Desk, more: &[&str]) -> Value {
    let night = ["reconcile", "--json", "--settle", "0s", "--as-of", NIGHT, "--apply-diff"];
    desk.good(&[&night[..], &SIGNED, more].concat()).json()
}

/// An order whose visitor is known, decided before his click was.
fn desk_with_a_late_click() -> Desk {
    let desk = Desk::with_three_tiers();
    desk.import("orders", "external_id,paid_at,email,net\nA,2026-02-01T00:00:00Z,x@example.test,100.00\n");
    let connection = look(&desk.database());
    // The order came with the visitor's cookie; files cannot say so.
    connection
        .execute_batch(
            "DROP TRIGGER order_event_is_kept;
             UPDATE order_event SET body = json_set(body, '$.visitor', '00000000-0000-4000-8000-000000000001');
             CREATE TRIGGER order_event_is_kept BEFORE UPDATE ON order_event BEGIN
               SELECT RAISE(ABORT, 'order events are never changed');
             END;",
        )
        .expect("the test's statements are SQL");
    desk.night(NIGHT);
    assert_eq!(desk.earned("A"), Vec::<String>::new());
    connection
        .execute(
            "INSERT INTO touch (visitor, at, id, kind, partner_id, link_id) VALUES ('00000000-0000-4000-8000-000000000001', 1769800000, '01980000-0000-7000-8000-000000000001', 'click',
               (SELECT id FROM partner WHERE code = 'cleo'), NULL)",
            [],
        )
        .expect("the test's statements are SQL");
    desk
}

#[test]
fn a_click_that_arrives_after_its_order_was_decided_is_found_and_paid() {
    let desk = desk_with_a_late_click();
    assert_eq!(desk.night(NIGHT)["orders"], 0, "nothing new came for the order itself");
    let found = diff(&desk, &[]);
    assert_eq!(found["differences"][0]["order"], "A");
    assert_eq!(found["differences"][0]["cause"], "late_evidence");
    assert_eq!(found["totals"][0], json!({ "currency": "EUR", "tier": 1, "amount": "10.00" }));
    let report = apply(&desk, &[]);
    assert_eq!((&report["decided"], &report["credited"]), (&json!(1), &json!(1)));
    assert_eq!(desk.earned("A"), ["tier 1 cleo 10.00", "tier 2 bert 3.00", "tier 3 ann 1.00"]);
    assert!(desk.good(&["explain", "A"]).out.contains("[] judged again, as told by Olga on 2026-03-01: late clicks"));
    assert_eq!(diff(&desk, &[])["differences"], json!([]));
    let before = desk.dump();
    assert_eq!(apply(&desk, &[])["decided"], 0, "once applied there is nothing more to apply");
    assert_eq!(before["transfer"], desk.dump()["transfer"]);
    desk.assert_verified();
}

#[test]
fn what_is_stored_for_the_visitor_of_a_token_counts_beside_the_cookie_of_another_device() {
    let desk = desk_with_a_late_click();
    let connection = look(&desk.database());
    // The token's touch and a later one are stored for one visitor, and the order came with another's cookie, too.
    let (token, later) = ("01980000-0000-7000-8000-0000000000aa", "01980000-0000-7000-8000-0000000000bb");
    connection
        .execute_batch(&format!(
            "DROP TRIGGER order_event_is_kept;
             UPDATE order_event SET body = json_set(body, '$.carried', json('[{{\"id\":\"{token}\",\"kind\":\"click\",\"partner\":2,\"at\":1769700000}}]'));
             INSERT INTO touch (visitor, at, id, kind, partner_id, link_id) VALUES ('00000000-0000-4000-8000-000000000002', 1769700000, '{token}', 'click', 2, NULL);
             INSERT INTO touch (visitor, at, id, kind, partner_id, link_id) VALUES ('00000000-0000-4000-8000-000000000002', 1769750000, '{later}', 'click', 1, NULL);"
        ))
        .unwrap();
    let why = diff(&desk, &[])["differences"][0]["why"].to_string();
    assert!(why.contains("partner bert · inside 365 days · last touch: taken"), "{why}");
    for stored in ["partner ann (stored)", "partner cleo (stored)"] {
        assert!(why.contains(stored), "{stored} in {why}");
    }
}

#[test]
fn only_orders_of_the_period_are_looked_at() {
    let desk = desk_with_a_late_click();
    assert_eq!(diff(&desk, &["--month", "2026-01"])["checked"], 0);
    assert_eq!(diff(&desk, &["--month", "2026-02"])["differences"].as_array().unwrap().len(), 1);
    assert_eq!(diff(&desk, &["--from", "2026-02-01", "--to", "2026-02-02"])["checked"], 1);
    assert_eq!(diff(&desk, &["--from", "2026-02-02"])["checked"], 0);
    assert_eq!(apply(&desk, &["--month", "2026-01"])["decided"], 0);
    assert_eq!(apply(&desk, &["--month", "2026-02"])["decided"], 1);
}

#[test]
fn a_corrected_contact_and_a_changed_rule_are_told_apart() {
    let desk = Desk::with_three_tiers();
    desk.import(
        "orders",
        "external_id,paid_at,email,net,coupon\n\
         A,2026-02-01T00:00:00Z,x@example.test,100.00,CLEO\n\
         B,2026-02-02T00:00:00Z,x@example.test,100.00,\n",
    );
    desk.night(NIGHT);
    let assign = ["contacts", "assign", "x@example.test", "--to", "ann", "--by", "Olga", "--reason", "a mistake"];
    desk.good(&[&assign[..], &["--as-of", "2026-02-02"]].concat());
    let found = diff(&desk, &[]);
    assert_eq!(found["differences"].as_array().unwrap().len(), 1);
    assert_eq!(found["differences"][0]["order"], "B");
    assert_eq!(found["differences"][0]["cause"], "corrected_contact");
    apply(&desk, &[]);
    let partner = desk.good(&["explain", "B", "--json"]).json()["partner"].clone();
    assert_eq!(partner, "ann");
    desk.import("program", program("tours", "EUR", "valid_from = 2026-02-02", &["12", "3", "1"]));
    let found = diff(&desk, &[]);
    assert_eq!(
        (&found["differences"][0]["order"], &found["differences"][0]["cause"]),
        (&json!("B"), &json!("changed_rule"))
    );
    desk.assert_verified();
}

#[test]
fn what_other_rules_would_have_cost_last_month_is_asked_without_changing_them() {
    let desk = Desk::with_three_tiers();
    desk.import(
        "orders",
        "external_id,paid_at,email,sku,net,coupon\n\
         A,2026-01-31T23:59:59Z,x@example.test,T,100.00,CLEO\n\
         B,2026-02-01T00:00:00Z,y@example.test,T,100.00,CLEO\n\
         C,2026-02-15T00:00:00Z,z@example.test,T,300.00,CLEO\n",
    );
    desk.import("products", "sku\nT\n");
    desk.night(NIGHT);
    let before = desk.dump();
    let file = desk.file("dearer.toml", program("tours", "EUR", "", &["12", "3", "1"]));
    let asked = diff(&desk, &["--month", "2026-02", "--program", file.to_str().unwrap()]);
    assert_eq!(asked["checked"], 2);
    assert_eq!(asked["totals"], json!([{ "currency": "EUR", "tier": 1, "amount": "8.00" }]));
    assert_eq!(asked["differences"][0]["cause"], "other_rules");
    let products = desk.file("products2.csv", "sku,rates\nT,5\n");
    let asked = diff(&desk, &["--month", "2026-02", "--products", products.to_str().unwrap()]);
    assert_eq!(asked["totals"], json!([{ "currency": "EUR", "tier": 1, "amount": "-20.00" }]));
    let partners = desk.file("partners2.csv", "code,rates\ncleo,20\n");
    let asked = diff(&desk, &["--month", "2026-02", "--partners", partners.to_str().unwrap()]);
    assert_eq!(asked["totals"], json!([{ "currency": "EUR", "tier": 1, "amount": "40.00" }]));
    crate::common::assert_same(&desk.dump(), &before, "nothing is written");
}

#[test]
fn a_replay_wants_a_name_and_a_reason() {
    let desk = desk_with_a_late_click();
    let said = desk.run(&["reconcile", "--apply-diff", "--settle", "0s", "--as-of", NIGHT]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains("must be said"), "{said:?}");
}

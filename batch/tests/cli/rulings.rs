//! What named persons decide, holds to the second, recurring payments, chargebacks, histories of rules.

use serde_json::{Value, json};

use crate::common::{Desk, program};

const NIGHT: &str = "2026-03-01T00:00:00Z";
const SIGNED: [&str; 4] = ["--by", "Olga", "--reason", "as agreed"];

fn rule(desk: &Desk, arguments: &[&str]) {
    desk.good(&[arguments, &SIGNED, &["--as-of", NIGHT]].concat());
}

fn outcome(desk: &Desk, order: &str) -> String {
    desk.good(&["explain", order, "--json"]).json()["outcome"].as_str().unwrap_or_default().to_owned()
}

fn trace(desk: &Desk, order: &str) -> String {
    desk.good(&["explain", order]).out
}

/// One order of cleo's customer.
fn desk_with_order() -> Desk {
    let desk = Desk::with_three_tiers();
    desk.import("orders", "external_id,paid_at,email,net,coupon\nA,2026-02-01T00:00:00Z,x@example.test,250.00,CLEO\n");
    desk
}

#[test]
fn the_merchant_holds_releases_and_refuses_and_the_trace_names_him() {
    let desk = desk_with_order();
    desk.night(NIGHT);
    rule(&desk, &["orders", "hold", "A"]);
    let report = desk.night(NIGHT);
    assert_eq!(report["skipped"], json!({ "merchant": 1 }));
    assert_eq!(outcome(&desk, "A"), "held");
    rule(&desk, &["orders", "release", "A"]);
    desk.night(NIGHT);
    assert!(trace(&desk, "A").contains("[] released by Olga on 2026-03-01: as agreed"));
    assert_eq!(outcome(&desk, "A"), "credited");
    rule(&desk, &["orders", "refuse", "A"]);
    desk.night(NIGHT);
    assert_eq!(outcome(&desk, "A"), "refused");
    assert_eq!(desk.earned("A").len(), 12, "three tiers given, taken, given, taken: all on record");
    assert!(desk.good(&["balances"]).out.contains("cleo                 EUR            0.00           0.00"));
    desk.assert_verified();
}

#[test]
fn a_self_referral_is_held_until_somebody_releases_it() {
    let desk = Desk::with_three_tiers();
    desk.import(
        "orders",
        "external_id,paid_at,email,net,coupon\nS,2026-02-01T00:00:00Z,cleo@example.test,250.00,CLEO\n",
    );
    assert_eq!(desk.night(NIGHT)["skipped"], json!({ "self_referral": 1 }));
    rule(&desk, &["orders", "release", "S"]);
    assert_eq!(desk.night(NIGHT)["credited"], 1);
    assert_eq!(desk.earned("S"), ["tier 1 cleo 25.00", "tier 2 bert 7.50", "tier 3 ann 2.50"]);
}

#[test]
fn an_order_moves_to_another_partner_and_both_sides_are_booked() {
    let desk = desk_with_order();
    desk.night(NIGHT);
    rule(&desk, &["orders", "assign", "A", "--to", "ann"]);
    desk.night(NIGHT);
    assert_eq!(
        desk.earned("A"),
        [
            "tier 1 cleo 25.00",
            "tier 2 bert 7.50",
            "tier 3 ann 2.50",
            "tier 1 cleo -25.00",
            "tier 2 bert -7.50",
            "tier 3 ann -2.50",
            "tier 1 ann 25.00"
        ]
    );
    assert!(trace(&desk, "A").contains("assigned to partner ann by Olga"));
    let unknown = desk.run(&[&["orders", "assign", "A", "--to", "nobody"], &SIGNED[..]].concat());
    assert_eq!((unknown.code, unknown.err.as_str()), (1, "tributary: partner nobody is not known\n"));
    desk.assert_verified();
}

#[test]
fn a_contact_moves_from_an_instant_on() {
    let desk = Desk::with_three_tiers();
    let orders = |rows: &str| {
        desk.import("orders", format!("external_id,paid_at,email,net,coupon\n{rows}"));
    };
    orders("A,2026-01-01T00:00:00Z,x@example.test,100.00,CLEO\n");
    desk.good(
        &[&["contacts", "assign", "x@example.test", "--to", "ann"], &SIGNED[..], &["--as-of", "2026-02-01"]].concat(),
    );
    orders("B,2026-01-31T23:59:59Z,x@example.test,100.00,\nC,2026-02-01T00:00:00Z,x@example.test,100.00,\n");
    desk.night(NIGHT);
    let partner = |order: &str| desk.good(&["explain", order, "--json"]).json()["partner"].clone();
    assert_eq!((partner("A"), partner("B"), partner("C")), (json!("cleo"), json!("cleo"), json!("ann")));
    assert!(trace(&desk, "C").contains("bound to partner ann since 2026-02-01 by hand"));
}

#[test]
fn a_hold_ends_at_its_second() {
    for days in ["0", "14", "30", "60", "90"] {
        let desk = Desk::new();
        desk.import("program", program("tours", "EUR", &format!("hold_days = {days}"), &["10"]));
        desk.import("partners", "code,coupon\ncleo,CLEO\n");
        desk.import(
            "orders",
            "external_id,paid_at,email,net,coupon\nA,2026-01-01T10:00:00Z,x@example.test,100.00,CLEO\n",
        );
        desk.night(NIGHT);
        let paid_at = crate::common::time("2026-01-01T10:00:00Z");
        let payable_at = paid_at.plus_days(days.parse().unwrap());
        let payable = |at: tributary_shared::time::Timestamp| {
            let balances = desk.good(&["balances", "--json", "--as-of", &at.to_string()]).json();
            (balances[0]["pending"].clone(), balances[0]["payable"].clone())
        };
        assert_eq!(payable(payable_at.plus_seconds(-1)), (json!("10.00"), json!("0.00")), "{days} days");
        assert_eq!(payable(payable_at), (json!("0.00"), json!("10.00")), "{days} days");
    }
}

#[test]
fn products_and_orders_have_holds_of_their_own() {
    let desk = Desk::with_three_tiers();
    desk.import("products", "sku,hold_days\nLONG,60\nSHORT,0\n");
    desk.import(
        "orders",
        "external_id,paid_at,email,sku,net,coupon,hold_days\n\
         A,2026-02-01T00:00:00Z,x@example.test,LONG,100.00,CLEO,\n\
         B,2026-02-01T00:00:00Z,x@example.test,LONG,100.00,CLEO,7\n",
    );
    desk.night(NIGHT);
    let payable_from = |order: &str| {
        let explained = desk.good(&["explain", order, "--json"]).json();
        let transfers = explained["transfers"].as_array().unwrap().clone();
        transfers.last().unwrap()["payable_from"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(payable_from("A"), "2026-04-02T00:00:00Z");
    assert_eq!(payable_from("B"), "2026-02-08T00:00:00Z");
    rule(&desk, &["orders", "hold", "B", "--days", "90"]);
    desk.night(NIGHT);
    assert_eq!(payable_from("B"), "2026-05-02T00:00:00Z");
    desk.assert_verified();
}

#[test]
fn a_chargeback_takes_back_and_one_that_is_won_gives_it_back() {
    let desk = desk_with_order();
    desk.night(NIGHT);
    let columns = "external_id,refund_id,at,amount,kind\n";
    desk.import("refunds", format!("{columns}A,CB,2026-02-05T00:00:00Z,250.00,chargeback\n"));
    desk.night(NIGHT);
    assert_eq!(desk.earned("A").len(), 6);
    desk.import("refunds", format!("{columns}A,CB,2026-02-09T00:00:00Z,,chargeback_won\n"));
    desk.night(NIGHT);
    assert_eq!(desk.earned("A")[6..], ["tier 1 cleo 25.00", "tier 2 bert 7.50", "tier 3 ann 2.50"]);
    assert!(trace(&desk, "A").contains("[] chargeback CB was won back on 2026-02-09"));
    desk.assert_verified();
}

#[test]
fn a_program_pays_for_so_many_payments_of_a_customer() {
    let desk = Desk::new();
    desk.import("program", program("tours", "EUR", "recurring = { payments = 2 }", &["10"]));
    desk.import("partners", "code,coupon\ncleo,CLEO\n");
    desk.import(
        "orders",
        "external_id,paid_at,email,net,coupon\n\
         C,2026-01-03T00:00:00Z,x@example.test,100.00,CLEO\n\
         A,2026-01-01T00:00:00Z,x@example.test,100.00,CLEO\n\
         B,2026-01-02T00:00:00Z,x@example.test,100.00,CLEO\n\
         Z,2026-01-03T00:00:00Z,y@example.test,100.00,CLEO\n",
    );
    assert_eq!(desk.night(NIGHT)["skipped"], json!({ "limited": 1 }));
    let outcomes: Vec<String> = ["A", "B", "C", "Z"].iter().map(|order| outcome(&desk, order)).collect();
    assert_eq!(outcomes, ["credited", "credited", "limited", "credited"]);
    assert!(trace(&desk, "C").contains("payment 3 of this customer: the program pays for the first 2"));
}

#[test]
fn a_subscription_stays_with_the_partner_of_its_first_payment() {
    let desk = Desk::new();
    desk.import("program", program("tours", "EUR", "binding = \"off\"", &["10"]));
    desk.import("partners", "code,coupon\ncleo,CLEO\nbert,BERT\n");
    desk.import(
        "orders",
        "external_id,paid_at,email,net,coupon,subscription\n\
         S1,2026-01-01T00:00:00Z,x@example.test,100.00,CLEO,SUB\n\
         S2,2026-02-01T00:00:00Z,x@example.test,100.00,BERT,SUB\n\
         S3,2026-02-02T00:00:00Z,x@example.test,100.00,,SUB\n",
    );
    desk.night(NIGHT);
    for order in ["S2", "S3"] {
        let explained = desk.good(&["explain", order, "--json"]).json();
        assert_eq!(
            (&explained["partner"], &explained["evidence"]),
            (&json!("cleo"), &json!("subscription")),
            "{order}"
        );
    }
    desk.import(
        "program",
        program("tours", "EUR", "binding = \"off\"\nsubscriptions = \"each\"\nvalid_from = 2026-02-02", &["10"]),
    );
    let differences = desk.run(&["diff", "--json"]).json()["differences"].clone();
    assert_eq!((&differences[0]["order"], &differences[0]["cause"]), (&json!("S3"), &json!("late_evidence")));
}

#[test]
fn a_trial_says_who_brought_a_subscription_and_counts_for_no_payment() {
    let desk = Desk::new();
    desk.import("program", program("tours", "EUR", "binding = \"off\"\nrecurring = { payments = 1 }", &["10"]));
    desk.import("partners", "code,coupon\ncleo,CLEO\nbert,BERT\n");
    desk.import(
        "orders",
        "external_id,paid_at,email,net,coupon,subscription\n\
         T0,2026-01-01T00:00:00Z,x@example.test,0.00,CLEO,SUB\n\
         T1,2026-02-01T00:00:00Z,x@example.test,100.00,,SUB\n\
         T2,2026-03-01T00:00:00Z,x@example.test,100.00,,SUB\n\
         U0,2026-01-01T00:00:00Z,y@example.test,0.00,,OTHER\n\
         U1,2026-02-01T00:00:00Z,y@example.test,100.00,BERT,OTHER\n",
    );
    desk.night(NIGHT);
    let decided = |order: &str| {
        let explained = desk.good(&["explain", order, "--json"]).json();
        (outcome(&desk, order), explained["partner"].clone(), explained["evidence"].clone())
    };
    assert_eq!(decided("T1"), ("credited".to_owned(), json!("cleo"), json!("subscription")));
    assert_eq!(decided("T2").0, "limited", "the first payment is the first of money");
    // A trial that nobody brought is nobody's word.
    assert_eq!(decided("U1"), ("credited".to_owned(), json!("bert"), json!("coupon")));
}

#[test]
fn a_product_earns_in_the_programs_that_it_takes_part_in() {
    let desk = Desk::new();
    desk.import("program", program("tours", "EUR", "", &["10"]));
    desk.import("program", program("clubs", "EUR", "", &["20"]));
    desk.import("partners", "code,coupon,program\ncleo,CLEO,tours\nbert,BERT,clubs\n");
    let said = desk.try_import("products", "sku,programs\nGATE,nobody\n", &[]);
    assert!(said.out.contains("\"line\":2,\"reason\":\"program nobody is not known\""), "{said:?}");
    desk.import("products", "sku,programs,hold_days\nBOTH,,\nCLUB,clubs,60\nTWO,tours; clubs,\n");
    desk.import(
        "orders",
        "external_id,paid_at,email,sku,net,coupon\n\
         A,2026-01-01T00:00:00Z,a@example.test,BOTH,100.00,CLEO\n\
         A,2026-01-01T00:00:00Z,a@example.test,CLUB,50.00,CLEO\n\
         A,2026-01-01T00:00:00Z,a@example.test,TWO,10.00,CLEO\n\
         B,2026-01-01T00:00:00Z,b@example.test,BOTH,100.00,BERT\n\
         B,2026-01-01T00:00:00Z,b@example.test,CLUB,50.00,BERT\n",
    );
    desk.night("2026-04-01T00:00:00Z");
    let told = |order: &str| trace(&desk, order);
    assert!(told("A").contains("= 11.00 EUR for partner"), "{}", told("A"));
    assert!(told("A").contains("no commission for product CLUB"), "{}", told("A"));
    assert!(told("B").contains("= 30.00 EUR for partner"), "{}", told("B"));
    // A file without the column leaves it as it is; an empty cell lets it take part everywhere.
    let history = || desk.good(&["rules", "product", "CLUB", "--json"]).out;
    desk.import("products", "sku,name,shown\nCLUB,Club night,no\n");
    assert_eq!(history().matches("\"programs\"").count(), 2, "{}", history());
    desk.import("products", "sku,programs\nCLUB,\n");
    assert_eq!(history().matches("\"programs\"").count(), 2, "{}", history());
}

#[test]
fn every_version_of_a_rule_is_kept_with_who_wrote_it() {
    let desk = Desk::with_three_tiers();
    let import = |percent: &str, by: &str| {
        let text = program("tours", "EUR", "valid_from = 2026-05-01", &[percent]);
        let file = desk.file("change.toml", text);
        desk.good(&["import", "program", file.to_str().unwrap(), "--by", by]);
    };
    import("12", "Olga");
    import("11", "Piet");
    let history = desk.good(&["rules", "program", "tours", "--json"]).json();
    let told: Vec<(Value, Value)> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (change["changed_by"].clone(), change["terms"]["tiers"][0]["percent"].clone()))
        .collect();
    assert_eq!(
        told,
        [(json!("import"), json!("10")), (json!("Olga"), json!("12")), (json!("Piet"), json!("11"))],
        "the version that was replaced is kept, too"
    );
}

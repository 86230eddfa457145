//! `reconcile`, over time: holds, settling, refunds, days in any order, nothing twice.

use std::fmt::Write as _;

use crate::common::{Desk, Dice, assert_same, look, program, sums};

#[test]
fn a_second_run_writes_nothing() {
    let desk = Desk::with_three_tiers();
    desk.import("orders", "external_id,paid_at,net,coupon\nA,2026-01-01,100.00,CLEO\nB,2026-01-01,5.00,\n");
    assert_eq!(desk.night("2026-02-01")["run"], 1);
    let (before, bytes) = (desk.dump(), std::fs::read(desk.database()).unwrap());
    let version = |connection: &rusqlite::Connection| -> i64 {
        connection.query_row("PRAGMA data_version", [], |row| row.get(0)).unwrap()
    };
    for arguments in [&["--as-of", "2026-02-01"] as &[&str], &["--as-of", "2027-01-01"], &[]] {
        let report = desk.good(&[&["reconcile", "--json"], arguments].concat()).json();
        assert_eq!(
            (&report["run"], &report["orders"], &report["written"]),
            (&serde_json::Value::Null, &0.into(), &0.into())
        );
        assert_same(&desk.dump(), &before, "nothing is written");
        assert!(std::fs::read(desk.database()).unwrap() == bytes, "the file stays as it is");
    }
    let connection = look(&desk.database());
    let seen = version(&connection);
    desk.good(&["reconcile"]);
    assert_eq!(version(&connection), seen, "an idle night commits nothing");
}

#[test]
fn an_order_is_judged_once_its_latest_event_has_settled() {
    let desk = Desk::with_three_tiers();
    desk.import("orders", "external_id,paid_at,net,coupon\nA,2026-01-01T12:00:00Z,100.00,ANN\n");
    let orders = |arguments: &[&str]| {
        desk.good(&[&["reconcile", "--json", "--dry-run"], arguments].concat()).json()["orders"].clone()
    };
    // Fifteen minutes unless it is said otherwise.
    assert_eq!(orders(&["--as-of", "2026-01-01T12:14:59Z"]), 0);
    assert_eq!(orders(&["--as-of", "2026-01-01T12:15:00Z"]), 1);
    assert_eq!(orders(&["--as-of", "2026-01-01T11:59:59Z", "--settle", "0s"]), 0);
    assert_eq!(orders(&["--as-of", "2026-01-01T12:00:00Z", "--settle", "0s"]), 1);
    assert_eq!(orders(&["--as-of", "2026-01-01T13:59:59Z", "--settle", "2h"]), 0);
    assert_eq!(orders(&["--as-of", "2026-01-01T14:00:00Z", "--settle", "120m"]), 1);
    assert_eq!(orders(&["--as-of", "2026-01-02T12:00:00Z", "--settle", "1d"]), 1);
    // It is the event's own time that counts, not when it came: this refund is of the next day.
    desk.import("refunds", "external_id,refund_id,at,amount\nA,r,2026-01-02T12:00:00Z,1.00\n");
    assert_eq!(orders(&["--as-of", "2026-01-02T12:14:59Z"]), 0);
    assert_eq!(orders(&["--as-of", "2026-01-02T12:15:00Z"]), 1);
}

#[test]
fn a_hold_ends_by_date_at_the_second() {
    for (hold_days, last_pending, payable) in [
        (0, "2026-01-01T11:59:59Z", "2026-01-01T12:00:00Z"),
        (14, "2026-01-15T11:59:59Z", "2026-01-15T12:00:00Z"),
        (30, "2026-01-31T11:59:59Z", "2026-01-31T12:00:00Z"),
        (60, "2026-03-02T11:59:59Z", "2026-03-02T12:00:00Z"),
        (90, "2026-04-01T11:59:59Z", "2026-04-01T12:00:00Z"),
    ] {
        let desk = Desk::new();
        desk.import("program", program("tours", "EUR", &format!("hold_days = {hold_days}"), &["10"]));
        desk.import("partners", "code\nann\n");
        desk.import("orders", "external_id,paid_at,net,partner\nA,2026-01-01T12:00:00Z,100.00,ann\n");
        desk.night("2026-01-02");
        let before = desk.dump();
        let balances = |as_of| desk.good(&["balances", "--json", "--as-of", as_of]).json();
        let balance = |pending: &str, payable: &str| serde_json::json!([{ "partner": "ann", "currency": "EUR", "pending": pending, "payable": payable, "paid": "0.00" }]);
        assert_eq!(balances(last_pending), balance("10.00", "0.00"), "{hold_days} days");
        assert_eq!(balances(payable), balance("0.00", "10.00"), "{hold_days} days");
        assert_same(&desk.dump(), &before, "time passes without a write");
    }
}

#[test]
fn a_refund_before_the_night_and_one_after_it_end_in_one_sum() {
    let order = "external_id,paid_at,net,coupon\nA,2026-01-01,33.35,CLEO\n";
    let refund = "external_id,refund_id,at,amount\nA,r,2026-01-02,11.11\n";
    let before = Desk::with_three_tiers();
    before.import("orders", order);
    before.import("refunds", refund);
    before.night("2026-02-01");
    assert_eq!(before.earned("A"), ["tier 1 cleo 2.22", "tier 2 bert 0.67", "tier 3 ann 0.22"]);
    let after = Desk::with_three_tiers();
    after.import("orders", order);
    after.night("2026-01-01");
    after.import("refunds", refund);
    after.night("2026-02-01");
    assert_eq!(sums(&after.transfers()), sums(&before.transfers()));
    assert_eq!(
        after.earned("A"),
        [
            "tier 1 cleo 3.34",
            "tier 2 bert 1.00",
            "tier 3 ann 0.33",
            "tier 1 cleo -1.12",
            "tier 2 bert -0.33",
            "tier 3 ann -0.11",
        ]
    );
    after.assert_verified();
}

#[test]
fn whatever_is_given_back_bit_by_bit_a_full_refund_leaves_nothing_at_any_tier() {
    for seed in 0..6 {
        let mut dice = Dice::new(seed);
        let desk = Desk::with_three_tiers();
        let net = 1_000 + dice.below(9_000);
        let major = |minor: u64| format!("{}.{:02}", minor / 100, minor % 100);
        desk.import("orders", format!("external_id,paid_at,net,coupon\nA,2026-01-01,{},CLEO\n", major(net)));
        let mut left = net;
        for day in 2..8 {
            let amount = if day == 7 { left } else { dice.below(left) };
            left -= amount;
            desk.import(
                "refunds",
                format!("external_id,refund_id,at,amount\nA,r{day},2026-01-0{day},{}\n", major(amount)),
            );
            if dice.below(3) > 0 {
                desk.night("2026-02-01");
            }
        }
        desk.night("2026-02-01");
        let sums = sums(&desk.transfers());
        assert!(sums.values().all(|sum| *sum == 0), "seed {seed}: {sums:?}");
        desk.assert_verified();
    }
}

#[test]
fn what_is_taken_back_leaves_the_balance_that_it_went_into() {
    let desk = Desk::new();
    desk.import("program", program("tours", "EUR", "hold_days = 30", &["10"]));
    desk.import("partners", "code\nann\n");
    desk.import("orders", "external_id,paid_at,net,partner\nA,2026-01-01,100.00,ann\n");
    desk.night("2026-01-02");
    desk.import("refunds", "external_id,refund_id,at,amount\nA,r,2026-01-20,100.00\n");
    desk.night("2026-01-21");
    for as_of in ["2026-01-21", "2026-01-30T23:59:59Z", "2026-01-31", "2026-03-01"] {
        let balances = desk.good(&["balances", "--json", "--as-of", as_of]).json();
        assert_eq!((&balances[0]["pending"], &balances[0]["payable"]), (&"0.00".into(), &"0.00".into()), "{as_of}");
    }
}

#[test]
fn days_in_any_order_come_to_the_same() {
    let mut dice = Dice::new(38);
    let days: Vec<(String, String)> = (1..=12)
        .map(|day| {
            let mut orders = "external_id,paid_at,net,coupon,email\n".to_owned();
            for number in 0..8 {
                let coupon = ["ANN", "BERT", "CLEO", ""][usize::try_from(dice.below(4)).unwrap()];
                let (net, buyer) = (dice.below(10_000), dice.below(20));
                let paid_at = format!("2026-01-{day:02}T{:02}:00:00Z", dice.below(24));
                writeln!(
                    orders,
                    "d{day}-{number},{paid_at},{}.{:02},{coupon},c{buyer}@example.test",
                    net / 100,
                    net % 100
                )
                .unwrap();
            }
            (format!("2026-01-{:02}", day + 1), orders)
        })
        .collect();
    let run = |days: &[(String, String)]| {
        let desk = Desk::with_three_tiers();
        // Contacts bound by a coupon of a later day would be judged otherwise by whoever does not know it yet.
        desk.import(
            "program",
            program("tours", "EUR", "binding = \"off\"\nvalid_from = 1970-01-01T00:00:00Z", &["10", "3", "1"]),
        );
        for (as_of, orders) in days {
            desk.import("orders", orders);
            desk.night(as_of);
        }
        desk.assert_verified();
        sums(&desk.transfers())
    };
    let in_order = run(&days);
    assert!(in_order.len() > 60, "the days earn something");
    for _ in 0..3 {
        let mut shuffled = days.clone();
        dice.shuffle(&mut shuffled);
        assert_eq!(run(&shuffled), in_order);
    }
}

#[test]
fn nights_of_the_past_judge_only_what_was_there_then_and_all_together_come_to_the_same() {
    let orders: String = (1..=28).fold("external_id,paid_at,net,coupon,email\n".to_owned(), |mut text, day| {
        let coupon = ["ANN", "", "CLEO", "", "BERT"][day % 5];
        writeln!(text, "o{day},2026-01-{day:02},{day}.99,{coupon},c{}@example.test", day % 4).unwrap();
        text
    });
    let desk = || {
        let desk = Desk::with_three_tiers();
        desk.import("orders", &orders);
        desk
    };
    let at_once = desk();
    at_once.night("2026-02-01");
    let in_parts = desk();
    for as_of in ["2026-01-20", "2026-01-05", "2026-01-28", "2026-01-11", "2026-02-01"] {
        in_parts.night(as_of);
    }
    assert_eq!(sums(&in_parts.transfers()), sums(&at_once.transfers()));
    let only = desk();
    assert_eq!(only.night("2026-01-05")["orders"], 5);
}

#[test]
fn an_order_that_nobody_brought_says_so_for_every_tier() {
    let desk = Desk::with_three_tiers();
    desk.import("orders", "external_id,paid_at,net,email\nA,2026-01-01,100.00,buyer@example.test\n");
    let report = desk.night("2026-02-01");
    assert_eq!(report["skipped"], serde_json::json!({ "unattributed": 1 }));
    let explained = desk.good(&["explain", "A", "--json"]).json();
    assert_eq!(
        explained["trace"],
        serde_json::json!([
            "[] purchase A · paid · 1 × - 100.00 EUR",
            "[] no delivery for no product that is delivered from here",
            "[] checking for commission",
            "[] order A · 100.00 EUR net · paid 2026-01-01T00:00:00Z",
            "[] explicit: none · coupon: none · contact b…@example.test bound to no one",
            "[] no tier 1 commission for no affiliate",
            "[] no tier 2 commission for no affiliate",
            "[] no tier 3 commission for no affiliate",
            "[] no charity commission for no charity affiliate",
        ])
    );
    assert_eq!((&explained["outcome"], &explained["partner"]), (&"unattributed".into(), &serde_json::Value::Null));
}

#[test]
fn a_buyer_who_is_the_partner_is_held_and_earns_nothing() {
    let desk = Desk::with_three_tiers();
    desk.import("orders", "external_id,paid_at,net,email,coupon\nA,2026-01-01,100.00,Bert+shop@Example.test,BERT\n");
    let report = desk.night("2026-02-01");
    assert_eq!(report["skipped"], serde_json::json!({ "self_referral": 1 }));
    assert_eq!(desk.earned("A"), [] as [&str; 0]);
    let explained = desk.good(&["explain", "A", "--json"]).json();
    assert_eq!((&explained["outcome"], &explained["partner"]), (&"held".into(), &"bert".into()));
}

#[test]
fn a_cancelled_order_takes_back_what_it_gave() {
    let desk = Desk::with_three_tiers();
    let order = |status: &str| format!("external_id,status,paid_at,net,coupon\nA,{status},2026-01-01,100.00,BERT\n");
    desk.import("orders", order("paid"));
    desk.night("2026-02-01");
    desk.import("orders", order("cancelled"));
    desk.night("2026-02-01");
    assert!(sums(&desk.transfers()).values().all(|sum| *sum == 0));
    desk.assert_verified();
}

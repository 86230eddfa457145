//! Statements: a month in the merchant's time zone, whose opening balance and lines add up to its closing balance.

use serde_json::{Value, json};

use crate::common::{Desk, program};

/// Cleo, Berlin time, payday the 15th, a hold of 20 days; a sale before the month, in it and after it.
fn desk_with_months() -> Desk {
    let desk = Desk::new();
    desk.import("program", program("tours", "EUR", "hold_days = 20\nmin_payout = \"5.00\"", &["10", "3"]));
    desk.import("partners", "code,name,coupon,email\ncleo,Cleo <3,CLEO,cleo@example.test\n");
    desk.import("requisites", "partner,method,name,email\ncleo,paypal,Cleo,pay@example.test\n");
    desk.import("merchant", "[merchant]\nname = \"Amalfi & Tours\"\ntime_zone = \"Europe/Berlin\"\npayday = 15\n");
    let sale = |id: &str, paid_at: &str, net: &str, night: &str| {
        desk.import(
            "orders",
            format!("external_id,paid_at,email,net,coupon\n{id},{paid_at},buyer@example.test,{net},CLEO\n"),
        );
        desk.night(night);
    };
    // In Berlin February begins at 23:00 UTC of January 31st.
    sale("JAN", "2026-01-10T00:00:00Z", "100.00", "2026-01-31T22:59:59Z");
    sale("FEB", "2026-02-10T00:00:00Z", "200.00", "2026-02-12T00:00:00Z");
    desk.import("refunds", "external_id,refund_id,at,amount\nJAN,R,2026-02-01T00:00:00Z,50.00\n");
    desk.night("2026-02-20T00:00:00Z");
    let signed = ["--by", "Olga", "--as-of", "2026-02-21T00:00:00Z"];
    desk.good(&[&["payouts", "prepare"], &signed[..]].concat());
    desk.good(&[&["payouts", "confirm", "1"], &signed[..], &["--reference", "PP-1"]].concat());
    sale("MAR", "2026-02-28T12:00:00Z", "70.00", "2026-02-28T23:00:00Z");
    desk
}

fn told(desk: &Desk, month: &str, as_of: &str) -> Value {
    desk.good(&["statement", "cleo", "--month", month, "--as-of", as_of, "--json"]).json()
}

#[test]
fn a_month_is_the_merchants_and_its_lines_add_up() {
    let desk = desk_with_months();
    let january = told(&desk, "2026-01", "2026-06-01");
    let february = told(&desk, "2026-02", "2026-06-01");
    let march = told(&desk, "2026-03", "2026-06-01");
    let sums = |statement: &Value| {
        let part = &statement["currencies"][0];
        ["opening", "earned", "taken_back", "paid", "adjusted", "closing"]
            .map(|field| part[field].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(sums(&january), ["0.00", "10.00", "0.00", "0.00", "0.00", "10.00"]);
    assert_eq!(sums(&february), ["10.00", "20.00", "-5.00", "-5.00", "0.00", "20.00"]);
    assert_eq!(sums(&march), ["20.00", "7.00", "0.00", "0.00", "0.00", "27.00"]);
    assert_eq!((&february["from"], &february["to"]), (&json!("2026-01-31T23:00:00Z"), &json!("2026-02-28T23:00:00Z")));
    let kinds: Vec<&str> = february["currencies"][0]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|line| line["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["accrual", "reversal", "payout"]);
    let first = &february["currencies"][0]["entries"][0];
    assert_eq!(
        (&first["order"], &first["buyer"], &first["tier"]),
        (&json!("FEB"), &json!("b…@example.test"), &json!(1))
    );
    assert_eq!(first["balance"], "30.00");
}

#[test]
fn it_says_what_is_held_until_when_and_what_is_paid_next() {
    let desk = desk_with_months();
    // As of February 25th: FEB is on hold until March 2nd, JAN was paid.
    let statement = told(&desk, "2026-02", "2026-02-25T12:00:00Z");
    let part = &statement["currencies"][0];
    assert_eq!((&part["pending"], &part["payable"]), (&json!("20.00"), &json!("0.00")));
    assert_eq!(part["entries"][0]["payable_from"], "2026-03-02 01:00");
    assert_eq!(part["entries"][0]["held"], true);
    assert_eq!((&part["next_payment_on"], &part["next_payment"]), (&json!("2026-03-15"), &json!("20.00")));
    let below = told(&desk, "2026-01", "2026-01-31T23:30:00Z");
    assert_eq!(below["currencies"][0]["next_payment_on"], "2026-02-15");
}

#[test]
fn it_comes_as_csv_and_as_a_page_to_print() {
    let desk = desk_with_months();
    let at = ["--month", "2026-02", "--as-of", "2026-06-01"];
    let csv = desk.good(&[&["statement", "cleo"], &at[..], &["--form", "csv"]].concat()).out;
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 6, "{csv}");
    assert!(lines[1].contains(",opening,") && lines[1].ends_with(",10.00,,2026-02"), "{csv}");
    assert!(lines[5].contains(",closing,") && lines[5].ends_with(",20.00,,2026-02"), "{csv}");
    assert!(lines[4].contains("payout 1: PP-1"), "{csv}");
    let html = desk.good(&[&["statement", "cleo"], &at[..], &["--form", "html"]].concat()).out;
    for text in ["<!doctype html>", "Cleo &#60;3", "Amalfi &#38; Tours", "Statement 2026-02", "b…@example.test"] {
        assert!(html.contains(text), "{text}");
    }
    assert!(!html.contains("<script") && !html.contains("http"), "it asks for nothing else");
}

#[test]
fn a_month_that_has_not_begun_and_a_partner_that_is_not_known_are_refused() {
    let desk = desk_with_months();
    assert_eq!(desk.run(&["statement", "cleo", "--month", "2026-03", "--as-of", "2026-02-01"]).code, 1);
    assert_eq!(desk.run(&["statement", "nobody", "--month", "2026-01"]).code, 1);
    assert_eq!(desk.run(&["statement", "cleo", "--month", "2026"]).code, 2);
}

#[test]
fn over_a_year_every_order_falls_in_exactly_one_month() {
    let desk = Desk::new();
    desk.import("program", program("tours", "EUR", "", &["10"]));
    desk.import("partners", "code,coupon\ncleo,CLEO\n");
    desk.import("merchant", "[merchant]\nname = \"M\"\ntime_zone = \"America/St_Johns\"\n");
    for day in 0..400_u32 {
        // A night each day at an hour that wanders over midnight.
        let at = crate::common::time("2026-01-01T02:00:00Z").plus_days(day).plus_seconds(i64::from(day % 5) * 1_800);
        if day % 7 == 0 {
            desk.import(
                "orders",
                format!("external_id,paid_at,email,net,coupon\nO{day},{at},b@example.test,1.00,CLEO\n"),
            );
            desk.night(&at.to_string());
        }
    }
    let mut seen = 0;
    for month in [
        "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09",
        "2026-10", "2026-11", "2026-12", "2027-01", "2027-02",
    ] {
        let statement = told(&desk, month, "2027-06-01");
        seen += statement["currencies"][0]["entries"].as_array().map_or(0, Vec::len);
    }
    assert_eq!(seen, 58);
    assert_eq!(desk.transfers().len(), 58);
}

//! `import orders` and `import refunds`.

use std::fmt::Write as _;

use crate::common::{Desk, assert_same};

const HEADER: &str = "external_id,status,currency,paid_at,email,sku,quantity,net,coupon,partner,trb,refunded_net";

#[test]
fn two_columns_are_enough_and_the_others_may_stand_anywhere() {
    let desk = Desk::with_three_tiers();
    let said = desk.import(
        "orders",
        "\u{feff}net,\"PAID_AT\",note,external_id,coupon\r\n100.00,2026-01-01,\"a,\r\nb\",A,BERT\r\n",
    );
    assert_eq!(said.counts(), (1, 1, 0));
    assert_eq!(said.json()["ignored_columns"], serde_json::json!(["note"]));
    desk.import("orders", "external_id,net,status\nB,5,pending\n");
    desk.night("2026-02-01");
    assert_eq!(desk.earned("A"), ["tier 1 bert 10.00", "tier 2 ann 3.00"]);
    assert_eq!(desk.good(&["explain", "B", "--json"]).json()["outcome"], "undecided");
}

#[test]
fn a_file_without_a_column_that_must_be_there_is_refused() {
    let desk = Desk::with_three_tiers();
    for (what, text, missing) in [
        ("orders", "external_id,currency\nA,EUR\n", "net"),
        ("orders", "order;net\nA;5\n", "external_id"),
        ("refunds", "external_id,at\n", "amount"),
        ("partners", "name\nAnn\n", "code"),
        ("products", "name\nTour\n", "sku"),
        ("links", "code,partner\nx,ann\n", "target"),
        ("orders", "", "external_id"),
    ] {
        let said = desk.try_import(what, text, &[]);
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{text}");
        assert!(said.err.contains(&format!("the column `{missing}` is missing")), "{}", said.err);
    }
}

#[test]
fn the_lines_of_an_order_stand_together_and_earn_together() {
    let desk = Desk::with_three_tiers();
    let orders = "external_id,paid_at,sku,quantity,net,coupon,refunded_net\n\
                  A,2026-01-01,\"TOUR, small\",2,10.05,ANN,\nA,2026-01-01,T2,1,0.05,ANN,\nA,,T3,,20.00,,20.00\nB,2026-01-02,T,1,1.00,,\n";
    assert_eq!(desk.import("orders", orders).counts(), (2, 2, 0));
    desk.night("2026-02-01");
    // 10% of 10.10, rounded once.
    assert_eq!(desk.earned("A"), ["tier 1 ann 1.01"]);
    let trace = desk.good(&["explain", "A"]).out;
    assert!(trace.contains("[] order A · 30.10 EUR net, 20.00 given back · paid 2026-01-01T00:00:00Z"), "{trace}");
    assert!(trace.contains("2 × TOUR, small 10.05"), "{trace}");
}

#[test]
fn bad_orders_are_named_by_line_and_reason_and_the_good_ones_go_in() {
    let desk = Desk::with_three_tiers();
    let orders = format!(
        "{HEADER}
A,paid,EUR,2026-01-01,a@example.test,T,1,1.00,,,,
,paid,EUR,2026-01-01,,T,1,1.00,,,,
C,payed,EUR,2026-01-01,,T,1,1.00,,,,
D,paid,ZZZ,2026-01-01,,T,1,1.00,,,,
E,paid,EUR,yesterday,,T,1,1.00,,,,
F,paid,EUR,,,T,1,1.00,,,,
G,paid,EUR,2026-01-01,nobody,T,1,1.00,,,,
H,paid,EUR,2026-01-01,,T,one,1.00,,,,
I,paid,EUR,2026-01-01,,T,0,1.00,,,,
J,paid,EUR,2026-01-01,,T,1,1.005,,,,
K,paid,EUR,2026-01-01,,T,1,-1.00,,,,
L,paid,EUR,2026-01-01,,T,1,\"1,00\",,,,
M,paid,EUR,2026-01-01,,T,1,1.00,,zoe,,
N,paid,EUR,2026-01-01,,T,1,1.00,,,token,
O,paid,EUR,2026-01-01,,T,1,1.00,,,,1.01
P,paid,EUR,2026-01-01
Q,paid,EUR,2026-01-01,,T,1,1.00,,,,
Q,paid,EUR,2026-01-02,,T,1,1.00,,,,
R,paid,EUR,2026-01-01,,T,1,1.00,,,,
R,paid,EUR,2026-01-01,,T,1,oops,,,,
A,paid,EUR,2026-01-01,a@example.test,T,1,1.00,,,,
S,paid,EUR,2026-01-01,,T,1,90071992547409.92,,,,
T,paid,JPY,2026-01-01,,T,1,90071992547409.91,,,,
U,cancelled,EUR,,,T,1,90071992547409.91,,,,
"
    );
    let said = desk.try_import("orders", &orders, &[]);
    let no_keys = "trb: SIGNING_KEYS is not set, so that the token cannot be opened";
    let bad = [
        "3: external_id: external id is empty",
        "4: status: want pending, paid, refunded or cancelled",
        "5: currency: `ZZZ` is not an ISO 4217 currency that money can be in: want three capitals, as in EUR",
        "6: paid_at: `yesterday` is not a time: want RFC 3339 with an offset, as in 2026-11-03T10:02:11Z",
        "8: customer.email: `nobody` is not an e-mail address",
        "9: quantity: `one` is not a whole number",
        "10: lines[0].quantity: want 1 to 1000000",
        "11: lines[0].net: `1.005` has more than 2 digits after the point, EUR has no more",
        "12: lines[0].net: must not be negative: a discount belongs into the net amount of its line",
        "13: lines[0].net: `1,00` is not an amount: want digits with at most one point, as in 1000.50",
        "14: partner: zoe is not known",
        &format!("15: {no_keys}"),
        "16: lines[0].refunded_net: is more than the line's net amount",
        "17: has 4 cells, the header 12",
        "19: paid_at: is not what the order's first row says",
        "21: lines[1].net: `oops` is not an amount: want digits with at most one point, as in 1000.50",
        "22: order A stands further up already: its rows must stand together",
        "23: lines[0].net: `90071992547409.92` is more than 9007199254740991 minor units",
        "24: lines[0].net: `90071992547409.91` has more than 0 digits after the point, JPY has no more",
    ];
    let mut said_bad = said.bad();
    assert_eq!(said_bad.len(), bad.len());
    // Whether they come in order of lines is another test's business.
    said_bad.sort_by_key(|bad| bad.split(':').next().and_then(|line| line.parse::<u64>().ok()));
    assert_eq!(said_bad, bad);
    assert_eq!((said.code, said.counts()), (1, (3, 3, 19)));
    assert_eq!(desk.dump()["orders"].len(), 3);
}

#[test]
fn a_paid_order_without_a_time_was_paid_when_it_came_and_the_same_file_says_nothing_new() {
    let desk = Desk::with_three_tiers();
    let orders = "external_id,net,coupon\nA,100.00,ANN\n";
    assert_eq!(desk.import("orders", orders).counts(), (1, 1, 0));
    let before = desk.dump();
    assert_eq!(desk.import("orders", orders).counts(), (1, 0, 0));
    assert_same(&desk.dump(), &before, "nothing is written");
    assert_eq!(desk.night("2020-01-01")["orders"], 0);
    assert_eq!(desk.night("2200-01-01")["credited"], 1);
}

#[test]
fn bad_rows_are_listed_in_order_of_lines() {
    let desk = Desk::with_three_tiers();
    let said =
        desk.try_import("orders", "external_id,paid_at,net\nA,2026-01-01,x\nB\nC,2026-01-01,y\nD,2026-01-01,1\n", &[]);
    let lines: Vec<String> = said.bad().iter().filter_map(|bad| Some(bad.split_once(':')?.0.to_owned())).collect();
    assert_eq!(lines, ["2", "3", "4"]);
    for more in [&[] as &[&str], &["--dry-run"]] {
        let said = desk.try_import("partners", "code,parent_code\nann,zoe\nb b,\nbert,zoe\nc c,\n", more);
        let lines: Vec<String> = said.bad().iter().filter_map(|bad| Some(bad.split_once(':')?.0.to_owned())).collect();
        assert_eq!(lines, ["2", "3", "4", "5"]);
    }
}

#[test]
fn an_order_with_a_row_that_cannot_be_read_is_not_taken_in_part() {
    let desk = Desk::with_three_tiers();
    // Half an order would earn half a commission, and nobody would see it in the ledger.
    for unreadable in [b"A,2026-01-01,20.00\n".as_slice(), b"A,2026-01-01,20.00,\xff\n", b"A,2026-01-01,oops,ANN\n"] {
        let first = b"external_id,paid_at,net,coupon\nA,2026-01-01,10.00,ANN\n".as_slice();
        let rest = b"A,2026-01-01,30.00,ANN\nB,2026-01-01,1.00,ANN\n".as_slice();
        let said = desk.try_import("orders", [first, unreadable, rest].concat(), &[]);
        assert_eq!((said.code, said.json()["good"].as_u64(), said.bad().len()), (1, Some(1), 1), "{said:?}");
        assert!(said.bad()[0].starts_with("3: "), "{said:?}");
        assert_eq!(desk.dump()["orders"].len(), 1);
    }
}

#[test]
fn of_ten_thousand_rows_with_one_percent_bad_all_others_go_in_once() {
    let desk = Desk::with_three_tiers();
    let mut orders = "external_id,status,paid_at,net,coupon\n".to_owned();
    for number in 0..10_000 {
        let net = if number % 100 == 50 { "one" } else { "1.00" };
        writeln!(orders, "o{number},paid,2026-01-01,{net},CLEO").unwrap();
    }
    let said = desk.try_import("orders", &orders, &[]);
    assert_eq!((said.code, said.counts()), (1, (9_900, 9_900, 100)));
    assert_eq!(
        said.bad()[99],
        "9952: lines[0].net: `one` is not an amount: want digits with at most one point, as in 1000.50"
    );
    let said = desk.try_import("orders", &orders, &[]);
    assert_eq!((said.code, said.counts()), (1, (9_900, 0, 100)));
    assert_eq!(desk.dump()["order_event"].len(), 9_900);
}

#[test]
fn the_same_orders_again_add_nothing_in_whatever_columns() {
    let desk = Desk::with_three_tiers();
    assert_eq!(
        desk.import("orders", "external_id,paid_at,net,coupon,email\nA,2026-01-01,100.00,ANN,b@example.test\n")
            .counts(),
        (1, 1, 0)
    );
    let before = desk.dump();
    for again in [
        "external_id,paid_at,net,coupon,email\nA,2026-01-01,100.00,ANN,b@example.test\n",
        "email,coupon,net,partner,paid_at,external_id\nb@example.test,ANN,100.00,,2026-01-01,A\n",
    ] {
        assert_eq!(desk.import("orders", again).counts(), (1, 0, 0));
        assert_same(&desk.dump(), &before, "nothing is written");
    }
}

#[test]
fn a_corrected_order_is_a_new_revision_and_only_the_difference_is_booked() {
    let desk = Desk::with_three_tiers();
    let order = |net: &str| format!("external_id,paid_at,net,coupon\nA,2026-01-01,{net},BERT\n");
    desk.import("orders", order("100.00"));
    desk.night("2026-02-01");
    desk.import("orders", order("60.00"));
    let report = desk.night("2026-02-01");
    assert_eq!(report["orders"], 1);
    assert_eq!(desk.earned("A"), ["tier 1 bert 10.00", "tier 2 ann 3.00", "tier 1 bert -4.00", "tier 2 ann -1.20"]);
    // A correction of the correction counts, even back to what was said first.
    assert_eq!(desk.import("orders", order("100.00")).counts(), (1, 1, 0));
    desk.night("2026-02-01");
    assert_eq!(desk.earned("A")[4..], ["tier 1 bert 4.00", "tier 2 ann 1.20"]);
    desk.assert_verified();
}

#[test]
fn a_coupon_beats_the_binding_and_the_orders_own_word_beats_the_coupon() {
    let desk = Desk::with_three_tiers();
    desk.import(
        "orders",
        "external_id,paid_at,net,email,coupon,partner\n\
         A,2026-01-01,100.00,b@example.test,ANN,\nB,2026-01-02,100.00,b@example.test,,\n\
         C,2026-01-03,100.00,b@example.test,BERT,\nD,2026-01-04,100.00,b@example.test,BERT,cleo\n",
    );
    desk.night("2026-02-01");
    let evidence = |order| {
        let explained = desk.good(&["explain", order, "--json"]).json();
        format!("{} by {}", explained["partner"], explained["evidence"])
    };
    assert_eq!(evidence("A"), r#""ann" by "coupon""#);
    assert_eq!(evidence("B"), r#""ann" by "contact""#);
    assert_eq!(evidence("C"), r#""bert" by "coupon""#);
    assert_eq!(evidence("D"), r#""cleo" by "explicit""#);
}

#[test]
fn bad_refunds_are_named_by_line_and_reason_and_the_same_file_again_adds_nothing() {
    let desk = Desk::with_three_tiers();
    desk.import(
        "orders",
        "external_id,paid_at,net,currency,coupon\nA,2026-01-01,100.00,EUR,ANN\nJ,2026-01-01,100,JPY,\n",
    );
    let refunds = "\
amount,external_id,at,refund_id
1.00,A,2026-01-02,r1
1.00,X,2026-01-02,r1
1.005,A,2026-01-02,r2
1.5,J,2026-01-02,r2
-1.00,A,2026-01-02,r3
1.00,A,,r4
1.00,A,soon,r5
1.00,A,2026-01-02,
1.00,A,2026-01-03,
,A,2026-01-02,r6
1.00,A,2026-01-02,r1
2.00,A,2026-01-02,r1
2.00,A
15,J,2026-01-02,r1
";
    let said = desk.try_import("refunds", refunds, &[]);
    assert_eq!(
        said.bad(),
        [
            "3: order X is not known",
            "4: amount: `1.005` has more than 2 digits after the point, EUR has no more",
            "5: amount: `1.5` has more than 0 digits after the point, JPY has no more",
            "6: amount: must not be negative: a discount belongs into the net amount of its line",
            "8: at: `soon` is not a time: want RFC 3339 with an offset, as in 2026-11-03T10:02:11Z",
            "11: amount: give an amount or lines",
            "13: refund_id: is known with another time or amount",
            "14: has 2 cells, the header 4",
        ]
    );
    assert_eq!((said.code, said.counts()), (1, (6, 5, 8)), "without a name a refund is known by what it says");
    let before = desk.dump();
    let again = desk.try_import("refunds", refunds, &[]);
    assert_eq!((again.counts(), again.bad()), ((6, 0, 8), said.bad()));
    assert_same(&desk.dump(), &before, "nothing is written");
}

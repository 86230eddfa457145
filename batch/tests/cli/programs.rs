//! `import program`, `import products`, and which rules an order is judged by.

use crate::common::{Desk, assert_same, program};

/// An order of 1,000 EUR paid at an instant, credited to ann.
fn order(id: &str, paid_at: &str) -> String {
    format!("external_id,paid_at,sku,net,partner\n{id},{paid_at},T,1000.00,ann\n")
}

fn desk_with(program: &str) -> Desk {
    let desk = Desk::new();
    desk.import("program", program);
    desk.import("partners", "code,parent_code\ndora,\ncleo,dora\nbert,cleo\nann,bert\n");
    desk
}

#[test]
fn a_new_database_is_created_with_all_migrations() {
    let desk = Desk::new();
    desk.good(&["verify"]);
    let dump = desk.dump();
    let applied: Vec<&str> = dump["d1_migrations"].iter().filter_map(|row| row.split(" | ").nth(1)).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");
    let mut there: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".sql"))
        .collect();
    there.sort();
    assert_eq!(applied, there);
    assert!(dump.contains_key("transfer") && dump.contains_key("touch"));
}

#[test]
fn a_percentage_is_exact_as_a_whole_number_a_decimal_or_a_text() {
    let desk = desk_with(&program("tours", "EUR", "", &["10", "2.5", "\"0.3\"", "'33.333333'"]));
    desk.import("orders", order("A", "2026-01-01"));
    desk.night("2026-02-01");
    assert_eq!(desk.earned("A"), ["tier 1 ann 100.00", "tier 2 bert 25.00", "tier 3 cleo 3.00", "tier 4 dora 333.33"]);
}

#[test]
fn an_unknown_key_is_refused_wherever_it_stands_and_nothing_is_written() {
    let good = program("tours", "EUR", "", &["10"]);
    let cases = [
        (format!("{good}percents = 3\n"), "percents"),
        (good.replace("[program]", "[program]\nwindow = 30"), "window"),
        (format!("{good}[program.charity]\ncode = \"trees\"\nshare = 1\n"), "share"),
        (format!("{good}[programme]\ncode = \"x\"\n"), "programme"),
        (good.replace("[program]", "[program]\nrecurring = { max_payments = 1 }"), "max_payments"),
    ];
    for (text, key) in cases {
        let desk = Desk::new();
        desk.good(&["verify"]);
        let before = desk.dump();
        let said = desk.try_import("program", &text, &[]);
        assert_eq!(said.code, 1, "{text}: {said:?}");
        assert!(said.err.contains(&format!("unknown field `{key}`")), "{}", said.err);
        assert_same(&desk.dump(), &before, "nothing is written");
    }
}

#[test]
fn a_program_that_cannot_be_is_refused_and_nothing_is_written() {
    let charity = "charity = { code = \"trees\", percent = 1 }";
    let cases = [
        (program("tours", "EUR", "", &["60", "30", "10.000001"]), "more than 100"),
        (program("tours", "EUR", charity, &["60", "30", "10"]), "tiers and charity add up to 101 percent"),
        (program("tours", "EUR", "", &["1"; 11]), "11 tiers are more than 10"),
        (program("tours", "EUR", "", &["100.5"]), "tier 1: `100.5` is not a percentage"),
        (program("tours", "EUR", "", &["-1"]), "tier 1: `-1` is not a percentage"),
        (program("tours", "EUR", "window_days = 0", &["1"]), "window_days must be from 1"),
        (program("tours", "EUR", "min_payout = 1.005", &["1"]), "min_payout: `1.005` has more than 2 digits"),
        (program("tours", "EUR", "rounding = \"up\"", &["1"]), "unknown variant `up`"),
        (program("tours", "EUR", "house_partner = \"zoe\"", &["1"]), "partner zoe is not known"),
        (program("tours", "EUR", "valid_from = \"soon\"", &["1"]), "`soon` is not a time"),
        (program("to urs", "EUR", "", &["1"]), "code `to urs`"),
        (program("tours", "ZZZ", "", &["1"]), "ZZZ"),
    ];
    for (text, reason) in cases {
        let desk = Desk::new();
        desk.good(&["verify"]);
        let before = desk.dump();
        let said = desk.try_import("program", &text, &[]);
        assert_eq!(said.code, 1, "{text}: {said:?}");
        assert!(said.err.contains(reason), "{reason}: {}", said.err);
        assert_same(&desk.dump(), &before, reason);
    }
}

#[test]
fn the_same_program_again_adds_nothing() {
    let desk = Desk::new();
    let text = program(
        "tours",
        "EUR",
        "charity = { code = \"trees\", percent = 1 }\nvalid_from = 2026-02-01T00:00:00Z",
        &["10"],
    );
    assert_eq!(desk.import("program", &text).counts(), (1, 1, 0));
    let before = desk.dump();
    assert_eq!(desk.import("program", &text).counts(), (1, 0, 0));
    assert_same(&desk.dump(), &before, "nothing is written");
}

#[test]
fn an_order_is_judged_by_the_rules_in_force_when_it_was_paid() {
    let desk = desk_with(&program("tours", "EUR", "", &["10"]));
    let said =
        desk.try_import("program", program("tours", "EUR", "", &["20"]), &["--valid-from", "2026-02-01T00:00:00Z"]);
    assert_eq!((said.code, said.counts()), (0, (1, 1, 0)));
    desk.import("program", program("tours", "EUR", "valid_from = 2026-03-01", &["30"]));
    for (id, paid_at) in [
        ("january", "2026-01-31T23:59:59Z"),
        ("february", "2026-02-01T00:00:00Z"),
        ("leap", "2026-02-28T23:59:59Z"),
        ("march", "2026-03-01T00:00:00Z"),
    ] {
        desk.import("orders", order(id, paid_at));
    }
    desk.night("2026-04-01");
    assert_eq!(desk.earned("january"), ["tier 1 ann 100.00"]);
    assert_eq!(desk.earned("february"), ["tier 1 ann 200.00"]);
    assert_eq!(desk.earned("leap"), ["tier 1 ann 200.00"]);
    assert_eq!(desk.earned("march"), ["tier 1 ann 300.00"]);
    let trace = desk.good(&["explain", "march"]).out;
    assert!(trace.contains("· rules of 2026-03-01"), "{trace}");
}

#[test]
fn a_change_without_a_time_holds_from_now_on_and_the_first_rules_for_ever_back() {
    let desk = desk_with(&program("tours", "EUR", "", &["10"]));
    desk.import("program", program("tours", "EUR", "", &["20"]));
    desk.import("orders", order("old", "1999-01-01"));
    desk.import("orders", order("new", "2200-01-01"));
    desk.night("2200-02-01");
    assert_eq!(desk.earned("old"), ["tier 1 ann 100.00"]);
    assert_eq!(desk.earned("new"), ["tier 1 ann 200.00"]);
}

#[test]
fn a_program_keeps_its_currency() {
    let desk = desk_with(&program("tours", "EUR", "", &["10"]));
    let said = desk.try_import("program", program("tours", "USD", "", &["10"]), &[]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("tours is in EUR"), "{}", said.err);
}

#[test]
fn a_product_may_not_take_part_and_its_rates_beat_the_programs() {
    let desk = desk_with(&program("tours", "EUR", "", &["10", "3"]));
    let products = "rates,sku,shown,participates,name\n,GIFT,no,no,\"Gift, wrapped\"\n50;0,TOUR-7,,,\n;7,TOUR-8,,,\n";
    assert_eq!(desk.import("products", products).counts(), (3, 3, 0));
    let before = desk.dump();
    assert_eq!(desk.import("products", products).counts(), (3, 0, 0));
    assert_same(&desk.dump(), &before, "nothing is written");
    desk.import(
        "orders",
        "external_id,paid_at,sku,net,partner\n\
         A,2026-01-01,GIFT,100.00,ann\nA,,TOUR-7,100.00,\nA,,TOUR-8,100.00,\nA,,OTHER,100.00,\n",
    );
    desk.night("2026-02-01");
    // Tier 1: 50 + 10 (falls through) + 10. Tier 2: 0 is a rate, then 7 and 3.
    assert_eq!(desk.earned("A"), ["tier 1 ann 70.00", "tier 2 bert 10.00"]);
    let trace = desk.good(&["explain", "A"]).out;
    assert!(trace.contains("[] no commission for product GIFT: it does not participate"), "{trace}");
}

#[test]
fn a_bad_product_is_named_by_line_and_the_others_go_in() {
    let desk = Desk::new();
    let products =
        "sku,participates,rates\nA,maybe,\nB,yes,10;x\n,yes,\nC,no,5\nC,yes,5\nD,yes,1;2;3;4;5;6;7;8;9;10;11\n";
    let said = desk.try_import("products", products, &[]);
    assert_eq!((said.code, said.counts()), (1, (1, 1, 5)));
    assert_eq!(
        said.bad(),
        [
            "2: participates: `maybe` is not true or false",
            "3: rates: `x` is not a percentage: want a number from 0 to 100 with at most 6 digits after the point",
            "4: sku is empty",
            "6: product C stands in line 5 already",
            "7: rates: 11 tiers are more than 10",
        ]
    );
}

#[test]
fn a_link_keeps_its_partner_and_bad_links_are_named() {
    let desk = desk_with(&program("tours", "EUR", "window_days = 30", &["10"]));
    let links = "target,partner,code\nhttps://shop.test/a?b=c,ann,Summer\nhttps://shop.test,zoe,winter\nftp://shop.test,ann,spring\n";
    let said = desk.try_import("links", links, &[]);
    assert_eq!((said.code, said.counts()), (1, (1, 1, 2)));
    assert_eq!(said.bad()[0], "3: partner zoe is not known");
    assert!(said.bad()[1].starts_with("4: target: `ftp://shop.test` is not "), "{said:?}");
    let before = desk.dump();
    assert_eq!(desk.try_import("links", links, &[]).counts(), (1, 0, 2));
    assert_same(&desk.dump(), &before, "nothing is written");
    // A link that leads to another partner would take from the first what he has brought: it is not taken over silently.
    let said = desk.try_import("links", "code,partner,target\nsummer,bert,https://shop.test\n", &[]);
    assert_eq!((said.code, said.counts()), (1, (0, 0, 1)), "{said:?}");
    assert!(said.bad()[0].starts_with("2: ") && said.bad()[0].contains("ann"), "{said:?}");
    assert_same(&desk.dump(), &before, "nothing is written");
}

#[test]
fn a_links_cookie_lives_as_long_as_the_window_of_the_program_that_its_partner_is_in() {
    let desk = desk_with(&program("tours", "EUR", "window_days = 30", &["10"]));
    desk.import("program", program("boats", "EUR", "window_days = 90", &["10"]));
    desk.import("links", "code,partner,target\nsummer,ann,https://shop.test\n");
    let window = || -> i64 {
        let look = crate::common::look(&desk.database());
        look.query_row("SELECT window_days FROM link WHERE code = 'summer'", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(window(), 30);
    desk.good(&["partners", "move", "ann", "--to", "boats"]);
    assert_eq!(window(), 90);
    desk.import("program", program("boats", "EUR", "window_days = 120", &["10"]));
    assert_eq!(window(), 120);
    desk.import("program", program("tours", "EUR", "window_days = 7", &["10"]));
    assert_eq!(window(), 120, "he is not in that program any more");
}

//! `import partners` and `partners move`.

use std::fmt::Write as _;

use crate::common::{Desk, assert_same, program};

fn desk() -> Desk {
    let desk = Desk::new();
    desk.import("program", program("tours", "EUR", "", &["10", "3", "1"]));
    desk
}

#[test]
fn columns_may_be_missing_or_in_another_order_and_cells_quoted() {
    let desk = desk();
    let partners = "\u{feff}\"Parent_Code\",\"name\",shoe size,code\r\n\
                    ,\"Ann \"\"A\"\" Ander, jr\",44,ann\r\nann,\"Two\r\nlines\",,bert\r\n";
    let said = desk.import("partners", partners);
    assert_eq!(said.counts(), (2, 2, 0));
    assert_eq!(said.json()["ignored_columns"], serde_json::json!(["shoe size"]));
    let partners = desk.dump()["partner"].clone();
    assert!(partners[0].contains("| ann | Ann \"A\" Ander, jr |"), "{partners:?}");
    desk.import("orders", "external_id,paid_at,net,partner\nA,2026-01-01,100.00,bert\n");
    desk.night("2026-02-01");
    assert_eq!(desk.earned("A"), ["tier 1 bert 10.00", "tier 2 ann 3.00"]);
}

#[test]
fn a_missing_column_keeps_what_is_known_and_an_empty_cell_clears_it() {
    let desk = desk();
    let order = |id: &str| format!("external_id,paid_at,net,partner\n{id},2200-01-01,100.00,bert\n");
    desk.import("partners", "code,name,parent_code,rates\nann,Ann,,\nbert,Bert,ann,50\n");
    desk.import("partners", "code,email\nbert,bert@example.test\n");
    desk.import("orders", order("A"));
    desk.import("partners", "code,parent_code\nbert,\n");
    desk.import("orders", order("B"));
    desk.night("2200-02-01");
    assert_eq!(desk.earned("B"), ["tier 1 bert 50.00"]);
    assert!(desk.dump()["partner"].iter().any(|row| row.contains("bert | Bert | bert@example.test")));
    // What changes holds from now on: it reaches what is paid later, imported before or not, and nothing paid before.
    assert_eq!(desk.earned("A"), ["tier 1 bert 50.00"]);
    desk.import("orders", "external_id,paid_at,net,partner\nC,2020-01-01,100.00,bert\n");
    desk.night("2200-02-01");
    assert_eq!(desk.earned("C"), ["tier 1 bert 50.00", "tier 2 ann 3.00"]);
}

#[test]
fn the_same_file_again_adds_nothing() {
    let desk = desk();
    let partners = "code,name,email,parent_code,parent_commission_until,coupon,program,rates,status\n\
                    ann,Ann,ann@example.test,,,ANN;ANNA,tours,10;;1,active\nbert,,,ann,2026-06-01,,,,blocked\n";
    assert_eq!(desk.import("partners", partners).counts(), (2, 2, 0));
    let before = desk.dump();
    assert_eq!(desk.import("partners", partners).counts(), (2, 0, 0));
    assert_same(&desk.dump(), &before, "nothing is written");
}

#[test]
fn bad_rows_are_named_by_line_and_reason_and_the_good_ones_go_in() {
    let desk = desk();
    let partners = "\
code,name,email,parent_code,parent_commission_until,coupon,program,rates,status
ann,Ann,ann@example.test,,,SAVE,,,
b b,Blank,,,,,,,
bert,Bert,nobody,,,,,,
cleo,Cleo,,zoe,,,,,
dora,Dora,,ann,soon,,,,
emil,Emil,,,,save,,,
fred,Fred,,,,,other,,
gina,Gina,,,,,,10;x,
hans,Hans,,,,,,,sleepy
ann,Ann again,,,,,,,
ines,Ines
jens,Jens,,cleo,,,,,
kurt,\"Kurt
of two lines\",,ann,,,,,
lena,Lena,x@,,,,,,
";
    let said = desk.try_import("partners", partners, &[]);
    assert_eq!((said.code, said.counts()), (1, (2, 2, 12)));
    assert_eq!(
        said.bad(),
        [
            "3: code `b b` may have only letters, digits, `-`, `_` and `.`",
            "4: `nobody` is not an e-mail address",
            "5: parent zoe is not known",
            "6: parent_commission_until: `soon` is not a time: want RFC 3339 with an offset, as in 2026-11-03T10:02:11Z",
            "7: coupon SAVE belongs to partner ann",
            "8: program other is not known",
            "9: rates: `x` is not a percentage: want a number from 0 to 100 with at most 6 digits after the point",
            "10: status: `sleepy` is not active, pending or blocked",
            "11: partner ann stands in line 2 already",
            "12: has 2 cells, the header 9",
            "13: parent cleo is not known",
            "16: `x@` is not an e-mail address",
        ]
    );
    assert_eq!(desk.dump()["partner"].len(), 2);
    // For people the same, and dry the same.
    let dry = desk.try_import("partners", partners, &["--dry-run"]);
    assert_eq!((dry.code, dry.bad()), (1, said.bad()));
    let file = desk.file("partners.csv", partners);
    let text = desk.run(&["import", "partners", file.to_str().unwrap()]);
    assert_eq!(text.code, 1);
    assert!(text.out.starts_with("line 3: code `b b` may"), "{}", text.out);
    assert!(text.out.ends_with("2 good, 0 new or changed, 12 bad\n"), "{}", text.out);
}

#[test]
fn the_line_is_that_of_the_file_with_any_line_ends_and_blank_lines_between() {
    let desk = desk();
    let cases = [
        ("code,name\nann,Ann\nb b,Bad\n", "3"),
        ("code,name\r\nann,Ann\r\nb b,Bad\r\n", "3"),
        ("code,name\n\n\nann,Ann\n\nb b,Bad\n", "6"),
        ("code,name\r\n\r\nann,Ann\r\n\r\nb b,Bad", "5"),
        ("code,name\r\nann,\"Ann\r\nof two lines\"\r\nb b,Bad\r\n", "4"),
        ("\u{feff}code,name\nann,Ann\nb b,Bad", "3"),
    ];
    for (text, line) in cases {
        let said = desk.try_import("partners", text, &[]);
        assert_eq!(
            said.bad(),
            [format!("{line}: code `b b` may have only letters, digits, `-`, `_` and `.`")],
            "{text:?}"
        );
    }
}

#[test]
fn a_cycle_of_parents_is_refused_with_its_way_round_and_nobody_of_it_goes_in() {
    let desk = desk();
    let said = desk.try_import("partners", "code,parent_code\nann,cleo\nbert,ann\ncleo,bert\ndora,\nemil,emil\n", &[]);
    assert_eq!((said.code, said.counts()), (1, (1, 1, 4)));
    assert_eq!(
        said.bad(),
        [
            "2: partner ann would stand above itself: ann → cleo → bert → ann",
            "3: partner bert would stand above itself: bert → ann → cleo → bert",
            "4: partner cleo would stand above itself: cleo → bert → ann → cleo",
            "6: partner emil would stand above itself: emil → emil",
        ]
    );
    // A cycle that the second file would close.
    desk.import("partners", "code,parent_code\nann,dora\nbert,ann\n");
    let said = desk.try_import("partners", "code,parent_code\ndora,bert\n", &[]);
    assert_eq!(said.bad(), ["2: partner dora would stand above itself: dora → bert → ann → dora"]);
    desk.assert_verified();
}

#[test]
fn an_upline_is_64_deep_at_most() {
    let desk = desk();
    let mut partners = "code,parent_code\np0,\n".to_owned();
    for number in 1..=65 {
        writeln!(partners, "p{number},p{}", number - 1).unwrap();
    }
    let said = desk.try_import("partners", &partners, &[]);
    assert_eq!(said.bad(), ["67: partner p65 would have more than 64 partners above"]);
    assert_eq!(said.counts(), (65, 65, 1));
    desk.assert_verified();
}

#[test]
fn nobody_becomes_too_deep_by_what_is_put_above_him() {
    let desk = desk();
    let mut partners = "code,parent_code\ntop,\np0,\n".to_owned();
    for number in 1..=64 {
        writeln!(partners, "p{number},p{}", number - 1).unwrap();
    }
    desk.import("partners", &partners);
    // p64 has 64 above him already.
    let said = desk.try_import("partners", "code,parent_code\np0,top\n", &[]);
    assert_eq!((said.code, said.counts()), (1, (0, 0, 1)), "{said:?}");
    desk.assert_verified();
}

#[test]
fn a_coupon_belongs_to_one_partner_in_any_case_of_letters() {
    let desk = desk();
    desk.import("partners", "code,coupon\nann,Summer\n");
    let said = desk.try_import("partners", "code,coupon\nbert,SUMMER\ncleo,winter;WINTER\ndora,Winter\n", &[]);
    assert_eq!(said.bad(), ["2: coupon SUMMER belongs to partner ann", "4: coupon WINTER belongs to partner cleo"]);
    desk.import("orders", "external_id,paid_at,net,coupon\nA,2026-01-01,100.00,sUMMER\n");
    desk.night("2026-02-01");
    assert_eq!(desk.earned("A"), ["tier 1 ann 10.00"]);
}

#[test]
fn a_partner_is_in_one_program_and_a_second_is_refused() {
    let desk = desk();
    let said = desk.try_import("partners", "code,program\nzoe,\n", &[]);
    assert_eq!(said.code, 0, "the only program need not be named: {said:?}");
    desk.import("program", program("boats", "EUR", "", &["20"]));
    let said = desk.try_import("partners", "code,program\nann,tours\nzoe,boats\nbert,\n", &[]);
    assert_eq!(
        said.bad(),
        [
            "3: partner zoe is in program tours and can be in one only: move it with `tributary partners move zoe --to boats`",
            "4: there are several programs: name one in the column `program`",
        ]
    );
    let said = Desk::new().try_import("partners", "code\nann\n", &[]);
    assert_eq!(said.bad(), ["2: there is no program yet: import one first"]);
}

/// Ann in `tours` (10 percent) beside `boats` (20 percent), and orders of 100 EUR on the first of three months.
fn desk_of_two_programs() -> Desk {
    let desk = desk();
    desk.import("program", program("boats", "EUR", "", &["20"]));
    desk.import("partners", "code,program\nann,tours\n");
    desk.import(
        "orders",
        "external_id,paid_at,net,partner\njanuary,2026-01-31T23:59:59Z,100.00,ann\n\
         february,2026-02-01T00:00:00Z,100.00,ann\nmarch,2026-03-01T00:00:00Z,100.00,ann\n",
    );
    desk
}

#[test]
fn a_partner_who_moves_takes_earlier_orders_not_with_him() {
    let desk = desk_of_two_programs();
    let moved =
        desk.good(&["partners", "move", "ann", "--to", "boats", "--from", "2026-02-01T00:00:00Z", "--json"]).json();
    assert_eq!(moved, serde_json::json!({ "partner": "ann", "program": "boats" }));
    desk.night("2026-04-01");
    assert_eq!(desk.earned("january"), ["tier 1 ann 10.00"]);
    assert_eq!(desk.earned("february"), ["tier 1 ann 20.00"]);
    let debits: Vec<String> =
        desk.transfers().iter().map(|transfer| transfer["debit"].as_str().unwrap().to_owned()).collect();
    assert_eq!(debits, ["expense:tours", "expense:boats", "expense:boats"]);
    // What is booked stays booked, and a replay says the same.
    assert_eq!(desk.good(&["diff", "--json"]).json()["differences"], serde_json::json!([]));
    desk.assert_verified();
}

#[test]
fn a_move_that_cannot_be_is_refused() {
    let desk = desk_of_two_programs();
    for (arguments, reason) in [
        (["zoe", "boats"], "partner zoe is not known"),
        (["ann", "planes"], "program planes is not known"),
        (["ann", "tours"], "partner ann is in program tours already"),
    ] {
        let said = desk.run(&["partners", "move", arguments[0], "--to", arguments[1]]);
        assert_eq!(said.code, 1);
        assert!(said.err.contains(reason), "{}", said.err);
    }
}

#[test]
fn a_move_holds_for_all_that_is_paid_later_whatever_else_changed_since() {
    let desk = desk_of_two_programs();
    let said = desk.try_import("partners", "code,rates\nann,11\n", &["--valid-from", "2026-02-15T00:00:00Z"]);
    assert_eq!(said.code, 0);
    let said = desk.run(&["partners", "move", "ann", "--to", "boats", "--from", "2026-02-01T00:00:00Z"]);
    // A move into the past of other changes may be refused; what is taken must hold.
    if said.code == 0 {
        desk.night("2026-04-01");
        let debits: Vec<String> =
            desk.transfers().iter().map(|row| format!("{} {}", row["order"], row["debit"])).collect();
        assert_eq!(
            debits,
            [r#""january" "expense:tours""#, r#""february" "expense:boats""#, r#""march" "expense:boats""#,]
        );
    }
}

#[test]
fn a_move_that_is_planned_stays_planned_when_the_partner_is_imported_again() {
    let desk = desk_of_two_programs();
    desk.good(&["partners", "move", "ann", "--to", "boats", "--from", "2200-01-01"]);
    // Rates change now: ann is in tours until 2200 all the same, or the row is refused.
    desk.try_import("partners", "code,rates\nann,11\n", &["--valid-from", "2026-02-15T00:00:00Z"]);
    desk.night("2026-04-01");
    let march = desk.transfers().into_iter().find(|row| row["order"] == "march").unwrap();
    assert_eq!(march["debit"], "expense:tours");
}

#[test]
fn a_partner_that_is_not_active_earns_nothing_and_the_flow_goes_on_above_him() {
    let desk = desk();
    desk.import("partners", "code,parent_code,status\nann,,\nbert,ann,blocked\ncleo,bert,\n");
    desk.import("orders", "external_id,paid_at,net,partner\nA,2026-01-01,100.00,cleo\n");
    desk.night("2026-02-01");
    assert_eq!(desk.earned("A"), ["tier 1 cleo 10.00", "tier 3 ann 1.00"]);
}

#[test]
fn the_parents_commission_ends_at_the_second() {
    let desk = desk();
    desk.import(
        "partners",
        "code,parent_code,parent_commission_until\nann,,\nbert,ann,\ncleo,bert,2026-06-30T22:00:00Z\n",
    );
    desk.import(
        "orders",
        "external_id,paid_at,net,partner\nbefore,2026-06-30T21:59:59Z,100.00,cleo\nat,2026-07-01T00:00:00+02:00,100.00,cleo\n",
    );
    desk.night("2026-08-01");
    assert_eq!(desk.earned("before"), ["tier 1 cleo 10.00", "tier 2 bert 3.00", "tier 3 ann 1.00"]);
    assert_eq!(desk.earned("at"), ["tier 1 cleo 10.00"]);
    let trace = desk.good(&["explain", "at"]).out;
    assert!(
        trace.contains("[] no tier 2 commission for the parent of partner cleo: ended 2026-06-30T22:00:00Z"),
        "{trace}"
    );
}

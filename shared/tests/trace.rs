//! The trace: the whole text that merchants read, word for word.

mod common;

use common::{
    Case, Ledger, PAID_AT, book, click, days_before, of_program, opt_in, order, rate, rates, rules, seconds_before,
    terms, tie, time, trace_of, under, upline, visit,
};
use tributary_shared::contact::{BoundBy, ContactTouch};
use tributary_shared::id::{CharityId, LinkId, PartnerId, TouchId};
use tributary_shared::order::Status;
use tributary_shared::partner::PartnerStatus;
use tributary_shared::program::{CharityRule, Model, ProgramRules};
use tributary_shared::rules::Rulebook;
use tributary_shared::touch::Touch;
use tributary_shared::trace;

/// The first three lines of every trace of the tests' order.
const BEGINNING: &str = "\
[] purchase INV-1042 · paid · 1 × TOUR-7 250.00 EUR
[] no delivery for no product that is delivered from here
[] checking for commission
";

fn text(case: &Case, book: &Rulebook) -> String {
    trace_of(&case.judged(book)).join("\n")
}

/// The trace of an order whose beginning is the usual one.
fn rest(case: &Case, book: &Rulebook) -> String {
    let text = text(case, book);
    text.strip_prefix(BEGINNING).unwrap_or_else(|| panic!("it begins otherwise: {text}")).to_owned()
}

/// The link SUMMER of partner 17, in a program of two tiers whose rules are of 2026-10-01.
fn summer() -> Rulebook {
    book()
        .program(1, rules("8"))
        .program_from(1, time("2026-10-01"), rules("10;5"))
        .partner(17, terms())
        .link(4, "SUMMER")
        .build()
}

fn summer_click() -> Touch {
    Touch { link: Some(LinkId(4)), ..click(17, time("2026-08-01T09:00:00Z")) }
}

#[test]
fn the_trace_of_a_credited_order_is_this() {
    let case = order().email("berta@example.test").carrying(summer_click());
    assert_eq!(
        text(&case, &summer()),
        "\
[] purchase INV-1042 · paid · 1 × TOUR-7 250.00 EUR
[] no delivery for no product that is delivered from here
[] checking for commission
[] order INV-1042 · 250.00 EUR net · paid 2026-11-03T10:02:11Z · rules of 2026-10-01
[] explicit: none · coupon: none · contact b…@example.test bound to no one
[] touch 2026-08-01 click link SUMMER partner 17 · inside 365 days · last touch: taken
[] tier 1 commission 10% of 250.00 (product TOUR-7) = 25.00 EUR for partner 17
[] no tier 2 commission for no parent
[] no charity commission for no charity affiliate"
    );
}

#[test]
fn the_sample_of_the_design_stands_in_it_line_by_line() {
    let sample = "\
[] checking for commission
[] order INV-1042 · 250.00 EUR net · paid 2026-11-03T10:02:11Z · rules of 2026-10-01
[] explicit: none · coupon: none · contact b…@example.test bound to no one
[] touch 2026-08-01 click link SUMMER partner 17 · inside 365 days · last touch: taken
[] tier 1 commission 10% of 250.00 (product TOUR-7) = 25.00 EUR for partner 17
[] no tier 2 commission for no parent
[] no charity commission for no charity affiliate";
    let text = text(&order().email("berta@example.test").carrying(summer_click()), &summer());
    assert!(text.ends_with(sample), "{text}");
}

#[test]
fn the_trace_of_an_order_that_nobody_brought_is_this() {
    assert_eq!(
        rest(&order(), &summer()),
        "\
[] order INV-1042 · 250.00 EUR net · paid 2026-11-03T10:02:11Z
[] explicit: none · coupon: none · contact unknown bound to no one
[] no tier 1 commission for no affiliate
[] no tier 2 commission for no affiliate
[] no charity commission for no charity affiliate"
    );
}

#[test]
fn an_order_of_nobody_in_a_shop_without_programs_is_explained_too() {
    assert_eq!(
        rest(&order(), &book().build()),
        "\
[] order INV-1042 · 250.00 EUR net · paid 2026-11-03T10:02:11Z
[] explicit: none · coupon: none · contact unknown bound to no one
[] no tier 1 commission for no affiliate
[] no charity commission for no charity affiliate"
    );
}

#[test]
fn three_tiers_are_three_lines() {
    let book = upline("10;5;2.5", 3).product("TOUR-7", ";;3+150").build();
    let sold = order().lines(&[("TOUR-7", 2, "250.00"), ("BOAT-1", 1, "40.00")]).naming("1").placed_by("carla");
    assert_eq!(
        text(&sold, &book),
        "\
[] purchase INV-1042 · paid · 2 × TOUR-7 250.00, 1 × BOAT-1 40.00 EUR
[] no delivery for no product that is delivered from here
[] checking for commission
[] order INV-1042 · 290.00 EUR net · paid 2026-11-03T10:02:11Z · first rules
[] explicit: partner 1 (placed by carla) · coupon: none · contact unknown bound to no one
[] tier 1 commission 10% of 250.00 (product TOUR-7) + 10% of 40.00 (product BOAT-1) = 29.00 EUR for partner 1
[] tier 2 commission 5% of 250.00 (product TOUR-7) + 5% of 40.00 (product BOAT-1) = 14.50 EUR for partner 2
[] tier 3 commission 3% of 250.00 and 1.50 × 2 (product TOUR-7) + 2.5% of 40.00 (product BOAT-1) = 11.50 EUR for partner 3
[] no charity commission for no charity affiliate"
    );
}

#[test]
fn every_reason_of_a_tier_for_nothing_is_named() {
    let until = time("2026-09-01T12:00:00Z");
    let book = upline("10;;3;1", 4)
        .with_terms(1, |terms| terms.status = PartnerStatus::Blocked)
        .with_terms(3, |terms| terms.parent_commission_until = Some(until))
        .build();
    assert_eq!(
        rest(&order().naming("1"), &book),
        "\
[] order INV-1042 · 250.00 EUR net · paid 2026-11-03T10:02:11Z · first rules
[] explicit: partner 1 · coupon: none · contact unknown bound to no one
[] no tier 1 commission for partner 1: blocked
[] no tier 2 commission for no rate
[] tier 3 commission 3% of 250.00 (product TOUR-7) = 7.50 EUR for partner 3
[] no tier 4 commission for the parent of partner 3: ended 2026-09-01T12:00:00Z
[] no charity commission for no charity affiliate"
    );
}

#[test]
fn a_held_order_says_why_and_what_it_would_have_been() {
    let book = book().program(1, rules("10")).partner(17, terms()).email(17, "ann@example.test").build();
    assert_eq!(
        rest(&order().email("ann+tours@example.test").naming("17"), &book),
        "\
[] order INV-1042 · 250.00 EUR net · paid 2026-11-03T10:02:11Z · first rules
[] explicit: partner 17 · coupon: none · contact a…@example.test bound to no one
[] held: the buyer is partner 17 (self-referral)
[] tier 1 commission 10% of 250.00 (product TOUR-7) = 25.00 EUR for partner 17
[] no charity commission for no charity affiliate"
    );
}

#[test]
fn a_poached_order_shows_both_touches() {
    let book = book().program(1, rules("10")).partner(17, terms()).partner(18, terms()).build();
    let case = order().stored(visit(18, days_before(2))).carrying(click(17, seconds_before(30)));
    assert_eq!(
        rest(&case, &book),
        "\
[] order INV-1042 · 250.00 EUR net · paid 2026-11-03T10:02:11Z · first rules
[] explicit: none · coupon: none · contact unknown bound to no one
[] touch 2026-11-03 click partner 17 · inside 365 days · last touch: taken
[] touch 2026-11-01 visit partner 18 (stored) · inside 365 days · not taken
[] held: partner 17 was clicked less than 60 s before the order, another partner earlier
[] tier 1 commission 10% of 250.00 (product TOUR-7) = 25.00 EUR for partner 17
[] no charity commission for no charity affiliate"
    );
}

#[test]
fn an_unpaid_order_is_not_judged() {
    assert_eq!(
        text(&order().naming("17").status(Status::Pending), &summer()),
        "\
[] purchase INV-1042 · pending · 1 × TOUR-7 250.00 EUR
[] no delivery for no product that is delivered from here
[] checking for commission
[] no commission for an order that is not paid"
    );
}

#[test]
fn a_refund_without_its_order_waits() {
    let refund = order().refunded("10.00").bodies().split_off(1);
    let decision = tributary_shared::decision::decide(&common::fold(&refund), &order().evidence(), &summer(), &[]);
    assert_eq!(
        trace_of(&decision),
        ["[] no commission for order INV-1042: refunds have come, the order itself has not"]
    );
}

#[test]
fn a_refund_after_booking_shows_what_was_booked_and_what_is_left() {
    let book = upline("10;5", 2).build();
    let mut ledger = Ledger::default();
    ledger.night(&order().naming("1"), &book);
    let decision = ledger.night(&order().naming("1").refunded("100.00"), &book);
    assert_eq!(
        trace_of(&decision).join("\n").strip_prefix(BEGINNING).unwrap(),
        "\
[] order INV-1042 · 250.00 EUR net, 100.00 given back · paid 2026-11-03T10:02:11Z · first rules
[] explicit: partner 1 · coupon: none · contact unknown bound to no one
[] tier 1 commission 10% of 150.00 (product TOUR-7) = 15.00 EUR for partner 1
[] tier 2 commission 5% of 150.00 (product TOUR-7) = 7.50 EUR for partner 2
[] no charity commission for no charity affiliate
[] tier 1 partner 1: 25.00 EUR booked before, 15.00 EUR now
[] tier 2 partner 2: 12.50 EUR booked before, 7.50 EUR now"
    );
}

#[test]
fn a_refund_beyond_the_order_is_noted() {
    let lines = trace_of(&order().naming("17").refunded("300.00").judged(&summer()));
    assert_eq!(lines[2], "[] refund R-1 is 50.00 EUR more than was left to give back");
    assert_eq!(lines[3], "[] checking for commission");
    assert!(lines.contains(&"[] tier 1 commission 10% of 0.00 (product TOUR-7) = 0.00 EUR for partner 17".to_owned()));
}

#[test]
fn an_order_that_went_to_another_partner_says_from_whom() {
    let book = book().program(1, rules("10")).partner(17, terms()).partner(18, terms()).build();
    let mut ledger = Ledger::default();
    ledger.night(&order().naming("17"), &book);
    let decision = ledger.night(&order().naming("18"), &book);
    assert_eq!(trace_of(&decision).last().unwrap(), "[] tier 1 partner 17: 25.00 EUR booked before, 0.00 EUR now");
    let decision = ledger.night(&order(), &book);
    // Partner 17 has been at 0 since the second night and is not named again.
    assert_eq!(trace_of(&decision).last().unwrap(), "[] tier 1 partner 18: 25.00 EUR booked before, 0.00 EUR now");
}

#[test]
fn what_was_cut_is_shown_with_both_amounts() {
    let charity = Some(CharityRule { receiver: CharityId(3), rate: rate("1") });
    let book = book()
        .program(1, ProgramRules { charity, ..rules("90;20") })
        .charity(3, "redcross")
        .partner(17, under(18))
        .partner(18, terms())
        .build();
    assert_eq!(
        rest(&order().naming("17"), &book),
        "\
[] order INV-1042 · 250.00 EUR net · paid 2026-11-03T10:02:11Z · first rules
[] explicit: partner 17 · coupon: none · contact unknown bound to no one
[] tier 1 commission 90% of 250.00 (product TOUR-7) = 225.00 EUR for partner 17
[] tier 2 commission 20% of 250.00 (product TOUR-7) = 50.00 EUR for partner 18
[] charity commission 1% of 250.00 (product TOUR-7) = 2.50 EUR for charity affiliate redcross
[] tier 2 commission cut from 50.00 to 22.50: all together are more than the order"
    );
}

#[test]
fn the_house_is_named_as_the_house() {
    let house_partner = Some(PartnerId(17));
    let book = book().program(1, ProgramRules { house_partner, ..rules("10") }).partner(17, terms()).build();
    assert!(rest(&order(), &book).contains("[] nobody brought it: house partner 17\n[] tier 1 commission 10%"));
}

#[test]
fn every_coupon_and_the_binding_are_shown_whoever_decides() {
    let book = book()
        .program(1, rules("10"))
        .program(2, ProgramRules { coupon_decides: false, ..rules("10") })
        .partner(17, terms())
        .partner(18, of_program(2))
        .coupon("MINE", 17)
        .coupon("IDLE", 18)
        .build();
    let case = order().email("berta@example.test").coupon("welcome5").coupon("idle").coupon("mine").naming("18");
    let evidence = |case: &Case| rest(case, &book).lines().nth(1).unwrap().to_owned();
    assert_eq!(
        evidence(&case.clone().tied(opt_in(17, time("2026-10-20")))),
        "[] explicit: partner 18 · coupon: WELCOME5 of no partner, IDLE of partner 18, whose program lets coupons not decide, \
         MINE of partner 17 · contact b…@example.test bound to partner 17 since 2026-10-20 by opt-in"
    );
    for (by, word) in
        [(BoundBy::Coupon, "coupon"), (BoundBy::Touch, "touch"), (BoundBy::Order, "order"), (BoundBy::Hand, "hand")]
    {
        let case = order().email("berta@example.test").tied(tie(by, 17, time("2026-10-20")));
        assert!(evidence(&case).ends_with(&format!("bound to partner 17 since 2026-10-20 by {word}")), "{word}");
    }
}

#[test]
fn touches_that_do_not_count_say_why() {
    let book = book().program(1, ProgramRules { window_days: 30, ..rules("10") }).partner(17, terms()).build();
    let case = order()
        .carrying(click(17, days_before(31)))
        .carrying(click(99, days_before(3)))
        .carrying(click(17, PAID_AT.plus_seconds(5)));
    assert_eq!(
        rest(&case, &book),
        "\
[] order INV-1042 · 250.00 EUR net · paid 2026-11-03T10:02:11Z
[] explicit: none · coupon: none · contact unknown bound to no one
[] touch 2026-10-03 click partner 17 · outside 30 days before the order · not taken
[] touch 2026-10-31 click partner #99 · partner in no program · not taken
[] touch 2026-11-03 click partner 17 · outside 30 days before the order · not taken
[] no tier 1 commission for no affiliate
[] no charity commission for no charity affiliate"
    );
}

#[test]
fn a_touch_that_was_carried_and_stored_is_listed_once_and_one_without_an_id_is_nobodys_double() {
    let listed = |case: &Case| rest(case, &summer()).lines().filter(|line| line.starts_with("[] touch ")).count();
    let known = click(17, days_before(3));
    assert_eq!(listed(&order().carrying(known).stored(known)), 1);
    let nameless = Touch { id: TouchId::NONE, ..known };
    assert_eq!(listed(&order().carrying(nameless).stored(Touch { at: days_before(2), ..nameless })), 2);
}

#[test]
fn the_first_touch_is_called_so() {
    let book = book().program(1, ProgramRules { model: Model::First, ..rules("10") }).partner(17, terms()).build();
    assert!(
        rest(&order().carrying(click(17, days_before(3))), &book).contains("· inside 365 days · first touch: taken")
    );
}

#[test]
fn the_model_that_is_shown_is_the_one_that_took_the_touch() {
    let first = || ProgramRules { model: Model::First, ..rules("10") };
    // The program went over to the first touch between the touches and the order.
    let changed = book().program(1, rules("10")).program_from(1, days_before(2), first());
    let changed = changed.partner(17, terms()).partner(18, terms()).build();
    // The first touch is of a program that would take the last one, but the last touch's program decides.
    let mixed =
        book().program(1, rules("10")).program(2, first()).partner(17, terms()).partner(18, of_program(2)).build();
    for (what, book) in [("changed", changed), ("mixed", mixed)] {
        let text = rest(&order().carrying(click(17, days_before(9))).carrying(click(18, days_before(3))), &book);
        assert!(text.contains("partner 17 · inside 365 days · first touch: taken"), "{what}: {text}");
    }
}

#[test]
fn a_token_that_is_not_ours_is_mentioned() {
    let mut case = order();
    case.snapshot.token_refused = true;
    assert!(rest(&case, &summer()).contains("\n[] token refused: its signature is not ours\n"));
}

#[test]
fn twenty_touches_are_listed_and_the_older_ones_counted() {
    let case = (1..=23).fold(order(), |case, days| case.carrying(click(17, days_before(days))));
    let text = rest(&case, &summer());
    assert!(text.contains("\n[] 3 older touches not listed\n[] touch 2026-10-14 "), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("[] touch ")).count(), 20);
}

#[test]
fn every_line_is_one_sentence_without_gaps() {
    // A flat amount of a free line, and one in another currency, have nothing to be reckoned of.
    let book = upline("+250", 1).build();
    let free = order().lines(&[("TOUR-7", 1, "100.00"), ("GIFT-1", 1, "0.00")]).naming("1");
    let abroad = order().naming("1").in_currency("USD");
    for case in [free, abroad] {
        for line in trace_of(&case.judged(&book)) {
            assert!(line.starts_with("[] ") && !line.contains("  ") && !line.ends_with(' '), "{line:?}");
        }
    }
}

#[test]
fn a_trace_that_was_stored_reads_the_same() {
    let charity = Some(CharityRule { receiver: CharityId(3), rate: rate("1") });
    let book = upline("90;20;1", 2)
        .with_rules(1, |rules| rules.charity = charity)
        .with_terms(1, |terms| terms.rates = rates("90+20"))
        .charity(3, "redcross")
        .idle_product("BOAT-1")
        .coupon("MINE", 1)
        .build();
    let tied = ContactTouch { touched_at: Some(days_before(9)), ..opt_in(2, days_before(8)) };
    let case = order()
        .lines(&[("TOUR-7", 2, "250.00"), ("BOAT-1", 1, "40.00")])
        .email("berta@example.test")
        .coupon("MINE")
        .coupon("WELCOME5")
        .tied(tied)
        .carrying(click(2, seconds_before(5)))
        .stored(click(1, days_before(3)))
        .refunded("500.00");
    for case in [case.clone(), case.status(Status::Pending), order()] {
        let steps = case.judged(&book).steps;
        let stored = serde_json::to_string(&steps).unwrap();
        let read = trace::unpack(&stored).unwrap();
        assert_eq!(trace::lines(&read), trace::lines(&steps));
        assert_eq!(read, steps);
    }
}

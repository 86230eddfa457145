//! Attribution: who is credited, by which evidence, and who is held.

mod bindings;
#[path = "../common/mod.rs"]
mod common;
mod journeys;
mod suspicions;

use common::{
    Book, Case, PAID_AT, book, click, credited, days_before, earned, of_program, opt_in, order, rules, seconds_before,
    terms, time, visit,
};
use tributary_shared::attribution::{EvidenceKind, HoldReason};
use tributary_shared::contact::ContactTouch;
use tributary_shared::decision::{Decision, Outcome};
use tributary_shared::id::{PartnerId, TouchId};
use tributary_shared::partner::PartnerStatus;
use tributary_shared::program::{Model, ProgramRules};
use tributary_shared::rules::Rulebook;
use tributary_shared::time::DAY_SECONDS;
use tributary_shared::touch::Touch;
use uuid::Uuid;

const YEAR_SECONDS: i64 = 365 * DAY_SECONDS;

/// Partners 1 to 6 in one program.
fn six(program: ProgramRules) -> Book {
    (1..=6).fold(book().program(1, program), |book, number| book.partner(number, terms()))
}

fn standard() -> Rulebook {
    six(rules("10")).build()
}

/// Partners 1 and 2 in program 1, 3 and 4 in program 2.
fn two_programs(first: ProgramRules, second: ProgramRules) -> Rulebook {
    let book = book().program(1, first).program(2, second);
    let book = book.partner(1, terms()).partner(2, terms()).partner(3, of_program(2)).partner(4, of_program(2));
    book.build()
}

fn who(case: &Case, book: &Rulebook) -> Option<(i64, EvidenceKind)> {
    credited(&case.judged(book))
}

/// Why an order is held, after making sure that a held order pays nobody and names who would have been paid.
fn held(decision: &Decision) -> Option<HoldReason> {
    assert_eq!(decision.outcome == Outcome::Held, decision.held.is_some());
    if decision.held.is_some() {
        assert_eq!((earned(decision), decision.partner.is_some()), (vec![], true));
    }
    decision.held
}

#[test]
fn the_strongest_evidence_decides_whatever_weaker_there_is() {
    let strongest_first = [
        EvidenceKind::Explicit,
        EvidenceKind::Coupon,
        EvidenceKind::Contact,
        EvidenceKind::Touch,
        EvidenceKind::StoredTouch,
        EvidenceKind::House,
    ];
    // Every set of evidence, partner 1 by the strongest kind to partner 6 by the weakest. Stored touches are the latest.
    for set in 0_u32..64 {
        let has = |place: usize| set & 1 << place != 0;
        let house_partner = has(5).then_some(PartnerId(6));
        let book = six(ProgramRules { house_partner, ..rules("10") }).coupon("TWO", 2).build();
        let mut case = order().email("berta@example.test");
        case = if has(0) { case.naming("1") } else { case };
        case = if has(1) { case.coupon("TWO") } else { case };
        case = if has(2) { case.tied(opt_in(3, days_before(9))) } else { case };
        case = if has(3) { case.carrying(click(4, days_before(3))) } else { case };
        case = if has(4) { case.stored(click(5, days_before(2))) } else { case };
        let expected = (0..6).find(|&place| has(place)).map(|place| (place + 1, strongest_first[place]));
        assert_eq!(who(&case, &book), expected.map(|(partner, by)| (i64::try_from(partner).unwrap(), by)), "{set:06b}");
    }
}

#[test]
fn an_order_of_nobody_pays_nobody() {
    let decision = order().judged(&standard());
    assert_eq!((decision.outcome, decision.partner, decision.evidence), (Outcome::Unattributed, None, None));
    assert_eq!(decision.transfers, []);
    assert_eq!(decision.skipped(), Some("unattributed"));
}

#[test]
fn a_named_partner_who_is_not_known_leaves_the_order_to_the_next_evidence() {
    let case = order().naming("nobody").carrying(click(4, days_before(3)));
    assert_eq!(who(&case, &standard()), Some((4, EvidenceKind::Touch)));
}

#[test]
fn the_house_gets_what_nobody_brought_and_nothing_else() {
    let house = six(ProgramRules { house_partner: Some(PartnerId(6)), ..rules("10") }).build();
    let decision = order().judged(&house);
    assert_eq!((credited(&decision), earned(&decision)), (Some((6, EvidenceKind::House)), vec![(1, 6, 2_500)]));
    let outside = order().carrying(click(4, days_before(366)));
    assert_eq!(who(&outside, &house), Some((6, EvidenceKind::House)));
}

#[test]
fn the_last_second_of_day_365_counts_and_the_next_does_not() {
    let book = standard();
    for (seconds, is_inside) in [(YEAR_SECONDS - 1, true), (YEAR_SECONDS, true), (YEAR_SECONDS + 1, false)] {
        let touch = click(4, seconds_before(seconds));
        let carried = is_inside.then_some((4, EvidenceKind::Touch));
        assert_eq!(who(&order().carrying(touch), &book), carried, "carried, {seconds} s before");
        let stored = is_inside.then_some((4, EvidenceKind::StoredTouch));
        assert_eq!(who(&order().stored(touch), &book), stored, "stored, {seconds} s before");
    }
}

#[test]
fn a_carried_touch_outside_the_window_leaves_the_order_to_a_stored_one() {
    let case = order().carrying(click(4, days_before(366))).stored(click(5, days_before(300)));
    assert_eq!(who(&case, &standard()), Some((5, EvidenceKind::StoredTouch)));
}

#[test]
fn the_window_is_counted_to_when_the_order_was_placed() {
    let placed_at = days_before(10);
    let touched = placed_at.plus_seconds(-YEAR_SECONDS);
    let book = standard();
    assert_eq!(who(&order().placed_at(placed_at).carrying(click(4, touched)), &book), Some((4, EvidenceKind::Touch)));
    assert_eq!(who(&order().placed_at(placed_at).carrying(click(4, touched.plus_seconds(-1))), &book), None);
}

#[test]
fn the_window_is_that_of_the_partners_program() {
    let book =
        two_programs(ProgramRules { window_days: 30, ..rules("10") }, ProgramRules { window_days: 60, ..rules("10") });
    let case = order().carrying(click(3, days_before(60))).carrying(click(1, days_before(31)));
    assert_eq!(who(&case, &book), Some((3, EvidenceKind::Touch)));
}

#[test]
fn a_touch_after_the_order_never_counts() {
    let book = standard();
    let placed_at = seconds_before(600);
    for (touched, is_counted) in
        [(placed_at, true), (placed_at.plus_seconds(1), false), (PAID_AT, false), (PAID_AT.plus_seconds(1), false)]
    {
        let case = order().placed_at(placed_at);
        let carried = is_counted.then_some((4, EvidenceKind::Touch));
        assert_eq!(who(&case.clone().carrying(visit(4, touched)), &book), carried, "carried at {touched}");
        let stored = is_counted.then_some((4, EvidenceKind::StoredTouch));
        assert_eq!(who(&case.stored(visit(4, touched)), &book), stored, "stored at {touched}");
    }
    assert_eq!(who(&order().carrying(visit(4, PAID_AT.plus_seconds(1))), &book), None);
}

#[test]
fn a_later_touch_of_another_partner_takes_over_only_before_the_order() {
    let case = order()
        .placed_at(seconds_before(600))
        .carrying(click(4, days_before(3)))
        .carrying(click(5, seconds_before(300)));
    assert_eq!(who(&case, &standard()), Some((4, EvidenceKind::Touch)));
}

/// Touches of partners 1, 2 and 3, a day apart, the last two days before the order; in no order.
fn three_touches() -> Case {
    order().carrying(click(2, days_before(3))).carrying(click(3, days_before(2))).carrying(click(1, days_before(4)))
}

#[test]
fn the_model_takes_the_last_or_the_first_touch() {
    for (model, partner) in [(Model::Last, 3), (Model::First, 1)] {
        let book = six(ProgramRules { model, ..rules("10") }).build();
        assert_eq!(who(&three_touches(), &book), Some((partner, EvidenceKind::Touch)), "{model:?}");
    }
}

#[test]
fn the_first_touch_is_the_first_inside_the_window() {
    let book = six(ProgramRules { model: Model::First, window_days: 3, ..rules("10") }).build();
    assert_eq!(who(&three_touches(), &book), Some((2, EvidenceKind::Touch)));
}

#[test]
fn of_two_programs_the_model_is_that_of_the_last_touch() {
    let last = || rules("10");
    let first = || ProgramRules { model: Model::First, ..rules("10") };
    let case = order().carrying(click(1, days_before(9))).carrying(click(3, days_before(2)));
    assert_eq!(who(&case, &two_programs(first(), last())), Some((3, EvidenceKind::Touch)));
    assert_eq!(who(&case, &two_programs(last(), first())), Some((1, EvidenceKind::Touch)));
}

#[test]
fn of_touches_in_one_second_the_later_id_is_the_later() {
    let touch = |partner, id| Touch { id: TouchId(Uuid::from_u128(id)), ..click(partner, days_before(3)) };
    let case = order().carrying(touch(2, 20)).carrying(touch(1, 30)).carrying(touch(3, 10));
    assert_eq!(who(&case, &standard()), Some((1, EvidenceKind::Touch)));
    let book = six(ProgramRules { model: Model::First, ..rules("10") }).build();
    assert_eq!(who(&case, &book), Some((3, EvidenceKind::Touch)));
}

#[test]
fn a_touch_of_a_partner_of_no_program_counts_for_nobody() {
    let case = order().carrying(click(99, days_before(1))).carrying(click(4, days_before(3)));
    assert_eq!(who(&case, &standard()), Some((4, EvidenceKind::Touch)));
}

#[test]
fn the_product_bought_need_not_be_the_product_clicked() {
    let touch = Touch { link: Some(tributary_shared::id::LinkId(4)), ..click(4, days_before(3)) };
    let case = order().lines(&[("BOAT-1", 1, "10.00")]).carrying(touch);
    assert_eq!(earned(&case.judged(&standard())), [(1, 4, 100)]);
}

#[test]
fn a_partners_coupon_decides_in_any_case_and_without_any_touch() {
    let book = six(rules("10")).coupon("Summer10", 2).build();
    for coupon in ["SUMMER10", "summer10", " Summer10 "] {
        assert_eq!(who(&order().coupon(coupon), &book), Some((2, EvidenceKind::Coupon)), "{coupon}");
    }
}

#[test]
fn a_coupon_does_not_decide_where_the_program_says_so() {
    let book = six(ProgramRules { coupon_decides: false, ..rules("10") }).coupon("TWO", 2).build();
    assert_eq!(who(&order().coupon("TWO"), &book), None);
    assert_eq!(who(&order().coupon("TWO").carrying(click(4, days_before(3))), &book), Some((4, EvidenceKind::Touch)));
}

#[test]
fn whether_a_coupon_decides_is_up_to_its_partners_program() {
    let book = book()
        .program(1, ProgramRules { coupon_decides: false, ..rules("10") })
        .program(2, rules("10"))
        .partner(1, terms())
        .partner(3, of_program(2))
        .coupon("ONE", 1)
        .coupon("THREE", 3)
        .build();
    assert_eq!(who(&order().coupon("ONE").coupon("THREE"), &book), Some((3, EvidenceKind::Coupon)));
}

#[test]
fn a_strangers_coupon_never_erases_what_a_partner_did() {
    let book = six(rules("10")).coupon("GONE", 99).build();
    for coupon in ["WELCOME5", "GONE"] {
        let touched = order().coupon(coupon).carrying(click(4, days_before(3)));
        assert_eq!(who(&touched, &book), Some((4, EvidenceKind::Touch)), "{coupon}");
        let stored = order().coupon(coupon).stored(click(4, days_before(3)));
        assert_eq!(who(&stored, &book), Some((4, EvidenceKind::StoredTouch)), "{coupon}");
        let bound = order().coupon(coupon).tied(opt_in(4, days_before(3)));
        assert_eq!(who(&bound, &book), Some((4, EvidenceKind::Contact)), "{coupon}");
        assert_eq!(who(&order().coupon(coupon).naming("4"), &book), Some((4, EvidenceKind::Explicit)), "{coupon}");
    }
}

#[test]
fn of_two_partners_coupons_the_first_decides_and_a_strangers_does_not_count_as_one() {
    let book = six(rules("10")).coupon("TWO", 2).coupon("FIVE", 5).build();
    assert_eq!(who(&order().coupon("WELCOME5").coupon("FIVE").coupon("TWO"), &book), Some((5, EvidenceKind::Coupon)));
}

#[test]
fn an_opt_in_is_credited_six_days_later_without_any_touch() {
    let tie = ContactTouch { touched_at: Some(days_before(7)), ..opt_in(4, days_before(6)) };
    let decision = order().email("berta@example.test").tied(tie).judged(&standard());
    assert_eq!((credited(&decision), earned(&decision)), (Some((4, EvidenceKind::Contact)), vec![(1, 4, 2_500)]));
}

#[test]
fn an_opt_in_counts_for_ever_once_its_touch_was_inside_the_window() {
    let opted_in = days_before(3_000);
    for (seconds, is_bound) in [(0, true), (YEAR_SECONDS, true), (YEAR_SECONDS + 1, false), (-1, false)] {
        let tie = ContactTouch { touched_at: Some(opted_in.plus_seconds(-seconds)), ..opt_in(4, opted_in) };
        assert_eq!(who(&order().tied(tie), &standard()), is_bound.then_some((4, EvidenceKind::Contact)), "{seconds} s");
    }
}

#[test]
fn an_opt_in_after_the_order_binds_nobody_to_it() {
    let placed_at = days_before(1);
    for (seconds, is_bound) in [(0, true), (1, false)] {
        let case = order().placed_at(placed_at).tied(opt_in(4, placed_at.plus_seconds(seconds)));
        assert_eq!(who(&case, &standard()), is_bound.then_some((4, EvidenceKind::Contact)), "{seconds} s after");
    }
}

#[test]
fn a_blocked_partner_is_credited_and_earns_nothing() {
    let book = six(rules("10")).with_terms(4, |terms| terms.status = PartnerStatus::Blocked).build();
    let decision = order().carrying(click(5, days_before(3))).carrying(click(4, days_before(2))).judged(&book);
    assert_eq!((credited(&decision), earned(&decision)), (Some((4, EvidenceKind::Touch)), vec![]));
}

/// Rules that changed between placing and paying: an order is judged by those in force when it was paid.
#[test]
fn window_model_and_coupons_are_judged_by_the_rules_of_the_payment_not_of_the_placing() {
    let changed = time("2026-11-01T00:00:00Z");
    let placed_at = changed.plus_seconds(-60);
    let changes = |after: ProgramRules| six(rules("10")).program_from(1, changed, after).coupon("TWO", 2).build();
    let old = order().placed_at(placed_at).carrying(click(4, placed_at.plus_seconds(-60 * DAY_SECONDS)));
    assert_eq!(who(&old, &changes(ProgramRules { window_days: 30, ..rules("10") })), None, "window");
    let case = old.carrying(click(5, placed_at.plus_seconds(-DAY_SECONDS)));
    let first = changes(ProgramRules { model: Model::First, ..rules("10") });
    assert_eq!(who(&case, &first), Some((4, EvidenceKind::Touch)), "model");
    let no_coupons = changes(ProgramRules { coupon_decides: false, ..rules("10") });
    assert_eq!(who(&case.coupon("TWO"), &no_coupons), Some((5, EvidenceKind::Touch)), "coupons");
}

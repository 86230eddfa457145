//! Who is held: the partner himself, and whoever came in the last minute.

use tributary_shared::attribution::{EvidenceKind, HoldReason};
use tributary_shared::id::PartnerId;
use tributary_shared::program::{Model, ProgramRules};

use super::common::{Ledger, PAID_AT, click, days_before, earned, opt_in, order, rules, seconds_before, visit};
use super::{held, six, standard, who};

#[test]
fn a_buyer_who_is_the_partner_is_held_by_whatever_evidence() {
    let book = six(rules("10")).email(4, "Ann@Example.test").coupon("FOUR", 4).build();
    let bought = || order().email("ann@example.test");
    for case in [
        bought().naming("4"),
        bought().coupon("FOUR"),
        bought().tied(opt_in(4, days_before(6))),
        bought().carrying(click(4, days_before(6))),
        bought().stored(click(4, days_before(6))),
    ] {
        let decision = case.judged(&book);
        assert_eq!(held(&decision), Some(HoldReason::SelfReferral), "{:?}", decision.evidence);
        assert_eq!((decision.partner, decision.skipped()), (Some(PartnerId(4)), Some("self_referral")));
    }
}

#[test]
fn a_buyer_is_the_partner_by_his_mailbox_not_by_how_he_writes_it() {
    for (partner, buyer, is_same) in [
        ("ann@example.test", "ANN+shop@example.test", true),
        ("ann+tributary@example.test", "ann@example.test", true),
        ("a.n.n@gmail.com", "ann+x@googlemail.com", true),
        ("ann@gmail.com", "A.nn@GMail.com", true),
        ("a.nn@example.test", "ann@example.test", false),
        ("ann@example.test", "ann@example.com", false),
        ("ann@example.test", "joann@example.test", false),
        ("", "ann@example.test", false),
        ("no address", "ann@example.test", false),
    ] {
        let book = six(rules("10")).email(4, partner).build();
        let decision = order().email(buyer).naming("4").judged(&book);
        assert_eq!(held(&decision), is_same.then_some(HoldReason::SelfReferral), "{partner} and {buyer}");
        assert_eq!(earned(&decision).is_empty(), is_same, "{partner} and {buyer}");
    }
}

#[test]
fn a_buyer_without_an_address_is_not_a_partner_without_one() {
    assert_eq!(who(&order().naming("4"), &standard()), Some((4, EvidenceKind::Explicit)));
}

#[test]
fn a_concierge_who_orders_for_somebody_else_is_paid_and_for_himself_held() {
    let book = six(rules("10")).email(4, "ann@example.test").build();
    let placed = order().naming("4").placed_by("ann@example.test");
    let for_berta = placed.clone().email("berta@example.test").judged(&book);
    assert_eq!((held(&for_berta), earned(&for_berta)), (None, vec![(1, 4, 2_500)]));
    assert_eq!(held(&placed.email("ann@example.test").judged(&book)), Some(HoldReason::SelfReferral));
}

#[test]
fn another_partner_who_buys_is_no_self_referral() {
    let book = six(rules("10")).email(4, "ann@example.test").email(5, "ben@example.test").build();
    assert_eq!(who(&order().email("ann@example.test").naming("5"), &book), Some((5, EvidenceKind::Explicit)));
}

#[test]
fn a_self_referral_takes_back_what_was_booked_for_it() {
    let unknown = six(rules("10")).build();
    let known = six(rules("10")).email(4, "ann@example.test").build();
    let mut ledger = Ledger::default();
    let case = order().email("ann@example.test").naming("4");
    ledger.night(&case, &unknown);
    assert_eq!(ledger.sums(), [(1, 4, 2_500)]);
    ledger.night(&case, &known);
    assert_eq!(ledger.sums(), []);
}

#[test]
fn a_click_under_a_minute_before_the_order_with_an_earlier_partner_is_held() {
    let book = standard();
    for (seconds, is_held) in [(0, true), (1, true), (59, true), (60, false), (61, false)] {
        let late = click(5, seconds_before(seconds));
        let poached = [
            order().carrying(click(4, days_before(3))).carrying(late),
            order().carrying(visit(4, days_before(3))).carrying(late),
            order().carrying(late).stored(click(4, days_before(3))),
            order().stored(click(4, days_before(3))).stored(late),
            order().carrying(click(4, days_before(365))).carrying(late),
            order().carrying(click(4, seconds_before(seconds + 1))).carrying(late),
        ];
        for (number, case) in poached.iter().enumerate() {
            let decision = case.judged(&book);
            assert_eq!(held(&decision), is_held.then_some(HoldReason::Poaching), "{seconds} s, case {number}");
            assert_eq!(decision.partner, Some(PartnerId(5)), "{seconds} s, case {number}");
        }
    }
}

#[test]
fn a_late_click_is_not_held_where_nobody_was_poached() {
    let late = click(5, seconds_before(30));
    let book = six(rules("10")).coupon("FIVE", 5).build();
    for (what, case) in [
        ("alone", order().carrying(late)),
        ("himself earlier", order().carrying(click(5, days_before(3))).carrying(late)),
        ("the other one outside the window", order().carrying(click(4, days_before(366))).carrying(late)),
        ("the other one in no program", order().carrying(click(99, days_before(3))).carrying(late)),
        ("the other one in the same second", order().carrying(click(4, seconds_before(30))).carrying(late)),
        (
            "nobody but himself later",
            order().carrying(click(5, seconds_before(30))).carrying(visit(5, seconds_before(29))),
        ),
        ("the other one after the order", order().carrying(late).carrying(click(4, PAID_AT.plus_seconds(1)))),
        ("a visit, not a click", order().carrying(click(4, days_before(3))).carrying(visit(5, seconds_before(30)))),
        ("named by the order", order().naming("5").carrying(click(4, days_before(3))).carrying(late)),
        ("by his coupon", order().coupon("FIVE").carrying(click(4, days_before(3))).carrying(late)),
    ] {
        let decision = case.judged(&book);
        assert_eq!((held(&decision), decision.partner), (None, Some(PartnerId(5))), "{what}");
    }
}

#[test]
fn where_the_first_touch_counts_a_late_click_poaches_nobody() {
    let book = six(ProgramRules { model: Model::First, ..rules("10") }).build();
    let case = order().carrying(click(4, days_before(3))).carrying(click(5, seconds_before(30)));
    assert_eq!(who(&case, &book), Some((4, EvidenceKind::Touch)));
}

#[test]
fn a_minute_is_counted_to_when_the_order_was_placed() {
    let case = |seconds: i64| {
        let placed_at = days_before(1);
        order()
            .placed_at(placed_at)
            .carrying(click(4, days_before(3)))
            .carrying(click(5, placed_at.plus_seconds(-seconds)))
    };
    assert_eq!(held(&case(59).judged(&standard())), Some(HoldReason::Poaching));
    assert_eq!(held(&case(60).judged(&standard())), None);
}

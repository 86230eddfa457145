//! Whose a contact is.

use tributary_shared::attribution::EvidenceKind;
use tributary_shared::contact::{BoundBy, ContactTouch};
use tributary_shared::program::{Binding, Model, ProgramRules};
use tributary_shared::rules::Rulebook;
use tributary_shared::time::DAY_SECONDS;

use super::common::{Case, book, click, credited, days_before, opt_in, order, rules, seconds_before, terms, tie};
use super::{six, standard, two_programs, who};

fn binding(binding: Binding, binding_days: Option<u32>) -> Rulebook {
    six(ProgramRules { binding, binding_days, ..rules("10") }).build()
}

/// The partner to whom the contact is bound when these come in any order.
fn bound_to(ties: &[ContactTouch], book: &Rulebook) -> Option<i64> {
    let case = |ties: Vec<ContactTouch>| ties.into_iter().fold(order().email("berta@example.test"), Case::tied);
    let forwards = credited(&case(ties.to_vec()).judged(book));
    let backwards = credited(&case(ties.iter().rev().cloned().collect()).judged(book));
    assert_eq!(forwards, backwards, "a binding does not depend on the order of its evidence");
    forwards.map(|(partner, by)| {
        assert_eq!(by, EvidenceKind::Contact);
        partner
    })
}

#[test]
fn a_contact_stays_with_his_first_partner_or_goes_to_his_last_or_is_not_bound() {
    let ties = [opt_in(4, days_before(30)), opt_in(5, days_before(20)), opt_in(3, days_before(25))];
    assert_eq!(bound_to(&ties, &binding(Binding::First, None)), Some(4));
    assert_eq!(bound_to(&ties, &binding(Binding::Last, None)), Some(5));
    assert_eq!(bound_to(&ties, &binding(Binding::Off, None)), None);
}

#[test]
fn where_contacts_are_not_bound_touches_decide() {
    let case = order().tied(opt_in(4, days_before(5))).carrying(click(5, days_before(30)));
    assert_eq!(who(&case, &binding(Binding::Off, None)), Some((5, EvidenceKind::Touch)));
}

#[test]
fn a_binding_lasts_for_its_days_and_not_a_second_longer() {
    let book = binding(Binding::First, Some(30));
    for (seconds, is_bound) in [(30 * DAY_SECONDS - 1, true), (30 * DAY_SECONDS, true), (30 * DAY_SECONDS + 1, false)] {
        assert_eq!(bound_to(&[opt_in(4, seconds_before(seconds))], &book), is_bound.then_some(4), "{seconds} s");
    }
}

#[test]
fn after_its_days_a_contact_goes_to_the_next_partner() {
    let book = binding(Binding::First, Some(30));
    let (first, within, after) = (opt_in(4, days_before(100)), opt_in(3, days_before(70)), opt_in(5, days_before(20)));
    assert_eq!(bound_to(&[first.clone(), within.clone()], &book), None);
    assert_eq!(bound_to(&[first, within, after], &book), Some(5));
}

#[test]
fn after_its_days_a_contact_can_be_bound_anew_by_the_same_partner() {
    for rule in [Binding::First, Binding::Last] {
        let ties = [opt_in(4, days_before(100)), opt_in(4, days_before(20))];
        assert_eq!(bound_to(&ties, &binding(rule, Some(30))), Some(4), "{rule:?}");
    }
}

#[test]
fn by_hand_beats_the_first_partner_and_every_rule() {
    let ties = [opt_in(4, days_before(30)), tie(BoundBy::Hand, 5, days_before(20))];
    for rule in [Binding::First, Binding::Last, Binding::Off] {
        assert_eq!(bound_to(&ties, &binding(rule, None)), Some(5), "{rule:?}");
    }
}

#[test]
fn the_later_hand_is_the_one_that_holds() {
    let ties = [tie(BoundBy::Hand, 5, days_before(20)), tie(BoundBy::Hand, 2, days_before(10))];
    for rule in [Binding::First, Binding::Last, Binding::Off] {
        assert_eq!(bound_to(&ties, &binding(rule, None)), Some(2), "{rule:?}");
    }
}

#[test]
fn by_hand_and_an_opt_in_of_one_second_it_is_the_hand() {
    let ties = [opt_in(6, days_before(20)), tie(BoundBy::Hand, 5, days_before(20))];
    for rule in [Binding::First, Binding::Last, Binding::Off] {
        assert_eq!(bound_to(&ties, &binding(rule, None)), Some(5), "{rule:?}");
    }
}

#[test]
fn what_was_bound_by_hand_is_not_lost_to_a_later_opt_in() {
    let ties = [tie(BoundBy::Hand, 5, days_before(20)), opt_in(4, days_before(10))];
    for rule in [Binding::First, Binding::Last, Binding::Off] {
        assert_eq!(bound_to(&ties, &binding(rule, None)), Some(5), "{rule:?}");
    }
}

#[test]
fn by_hand_to_the_partner_whom_he_has_already_is_by_hand() {
    let changed = days_before(10);
    let off = ProgramRules { binding: Binding::Off, ..rules("10") };
    let book = book().program(1, rules("10")).program_from(1, changed, off).partner(4, terms()).build();
    let ties = [opt_in(4, days_before(30)), tie(BoundBy::Hand, 4, days_before(20))];
    assert_eq!(bound_to(&ties, &book), Some(4));
    assert_eq!(bound_to(&ties[..1], &book), None);
}

#[test]
fn the_rule_of_a_binding_is_that_of_the_partner_who_holds_it() {
    let book = two_programs(rules("10"), ProgramRules { binding: Binding::Last, ..rules("10") });
    let opted = |first, second| [opt_in(first, days_before(30)), opt_in(second, days_before(20))];
    assert_eq!(bound_to(&opted(1, 3), &book), Some(1));
    assert_eq!(bound_to(&opted(3, 1), &book), Some(1));
}

#[test]
fn of_several_touches_behind_one_opt_in_the_model_takes_one() {
    let touched =
        |partner, days| ContactTouch { touched_at: Some(days_before(days)), ..opt_in(partner, days_before(6)) };
    let ties = [touched(4, 30), touched(5, 20), touched(2, 10)];
    for (model, partner) in [(Model::Last, 2), (Model::First, 4)] {
        let book = six(ProgramRules { model, ..rules("10") }).build();
        assert_eq!(bound_to(&ties, &book), Some(partner), "{model:?}");
    }
}

#[test]
fn a_coupon_binds_a_contact_only_where_coupons_decide() {
    let ties = [tie(BoundBy::Coupon, 4, days_before(6))];
    assert_eq!(bound_to(&ties, &standard()), Some(4));
    assert_eq!(bound_to(&ties, &six(ProgramRules { coupon_decides: false, ..rules("10") }).build()), None);
}

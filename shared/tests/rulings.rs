//! What beside the sale decides on money: named persons, holds, charities, subscriptions and limits of recurring payments.

mod common;

use common::{
    Ledger, PAID_AT, book, click, credited, days_before, earned, order, rate, rates, rules, seconds_before, terms,
    trace_of, under,
};
use tributary_shared::attribution::{EvidenceKind, HoldReason, Payments};
use tributary_shared::decision::{Decision, Outcome};
use tributary_shared::id::{CharityId, Code, ExternalId};
use tributary_shared::order::{EventBody, OrderCharity, Refund, Word};
use tributary_shared::program::{CharityRule, ProgramRules, Recurring, Subscriptions};
use tributary_shared::rules::ProductTerms;

fn code(text: &str) -> Code {
    Code::parse(text).expect("the test gives a code")
}

fn assign(partner: &str) -> Word {
    Word::Assign { partner: code(partner) }
}

/// The lines of a trace that hold a text.
fn said(decision: &Decision, text: &str) -> Vec<String> {
    trace_of(decision).into_iter().filter(|line| line.contains(text)).collect()
}

/// 10, 3 percent; partner 7 under 3; another partner 8.
fn shop() -> common::Book {
    book().program(1, rules("10;3")).partner(7, under(3)).partner(3, terms()).partner(8, terms())
}

// ---------------------------------------------------------------- holds and named persons

#[test]
fn a_merchant_holds_a_credited_order_and_what_was_booked_is_taken_back_until_it_is_released() {
    let (book, mut ledger) = (shop().build(), Ledger::default());
    let case = order().carrying(click(7, days_before(3)));
    ledger.night(&case, &book);
    assert_eq!(ledger.sums(), [(1, 7, 2500), (2, 3, 750)]);
    let held = case.ruled(Word::Hold, 10);
    let decision = ledger.night(&held, &book);
    assert_eq!((decision.outcome, decision.held), (Outcome::Held, Some(HoldReason::Merchant)));
    assert_eq!(ledger.sums(), []);
    assert_eq!(said(&decision, "put on hold"), ["[] put on hold by Olga on 2026-11-03: as agreed"]);
    let decision = ledger.night(&held.ruled(Word::Release, 20), &book);
    assert_eq!(decision.outcome, Outcome::Credited);
    assert_eq!(ledger.sums(), [(1, 7, 2500), (2, 3, 750)]);
}

#[test]
fn what_is_held_for_self_referral_or_poaching_is_paid_once_a_named_person_releases_it() {
    let book = shop().email(7, "cleo@example.test").build();
    let own = order().email("cleo+shop@example.test").carrying(click(7, days_before(3)));
    let poached = order().carrying(click(8, days_before(3))).carrying(click(7, seconds_before(30)));
    for (case, reason) in [(own, HoldReason::SelfReferral), (poached, HoldReason::Poaching)] {
        let held = case.judged(&book);
        assert_eq!((held.held, earned(&held)), (Some(reason), vec![]));
        let released = case.clone().ruled(Word::Release, 10).judged(&book);
        assert_eq!(earned(&released), [(1, 7, 2500), (2, 3, 750)]);
        let refused = case.ruled(Word::Refuse, 10).judged(&book);
        assert_eq!((refused.outcome, earned(&refused)), (Outcome::Refused, vec![]));
        assert_eq!(said(&refused, "refused by"), ["[] refused by Olga on 2026-11-03: as agreed"]);
    }
}

#[test]
fn a_buyer_who_is_the_partner_by_his_payout_account_is_held() {
    let book = shop().payout_email(7, "cleo.money@example.test").build();
    let decision = order().email("cleo.money@example.test").carrying(click(7, days_before(3))).judged(&book);
    assert_eq!(decision.held, Some(HoldReason::SelfReferral));
}

#[test]
fn the_merchant_moves_an_order_to_another_partner_and_the_ledger_shows_both_sides() {
    let (book, mut ledger) = (shop().build(), Ledger::default());
    let case = order().carrying(click(7, days_before(3)));
    ledger.night(&case, &book);
    let decision = ledger.night(&case.ruled(assign("8"), 10), &book);
    assert_eq!(credited(&decision), Some((8, EvidenceKind::Explicit)));
    assert_eq!(decision.transfers.len(), 3, "two reversals and an accrual");
    assert_eq!(ledger.sums(), [(1, 8, 2500)]);
    assert_eq!(said(&decision, "assigned"), ["[] assigned to partner 8 by Olga on 2026-11-03: as agreed"]);
}

#[test]
fn the_merchants_word_is_stronger_than_the_orders() {
    let case = order().naming("7").ruled(assign("8"), 10);
    assert_eq!(credited(&case.judged(&shop().build())), Some((8, EvidenceKind::Explicit)));
}

// ---------------------------------------------------------------- guarantee periods

#[test]
fn the_orders_hold_is_stronger_than_the_products_and_that_than_the_programs() {
    let program = ProgramRules { hold_days: 14, ..rules("10") };
    let product = |days| ProductTerms { hold_days: days, ..ProductTerms::standard() };
    let book = book()
        .program(1, program)
        .partner(7, terms())
        .product_terms("LONG", product(Some(90)))
        .product_terms("NONE", product(Some(0)))
        .product_terms("PLAIN", product(None))
        .build();
    let held_for = |case: common::Case| {
        let decision = case.carrying(click(7, days_before(3))).judged(&book);
        let days: Vec<i64> =
            decision.transfers.iter().map(|transfer| transfer.payable_from.seconds_since(PAID_AT) / 86_400).collect();
        assert_eq!(days.len(), 1);
        days[0]
    };
    let of = |skus: &[&str]| order().lines(&skus.iter().map(|sku| (*sku, 1, "10.00")).collect::<Vec<_>>());
    assert_eq!(held_for(of(&["UNKNOWN"])), 14);
    assert_eq!(held_for(of(&["PLAIN"])), 14);
    assert_eq!(held_for(of(&["NONE"])), 0);
    assert_eq!(held_for(of(&["NONE", "PLAIN"])), 14, "the longest of an order's products");
    assert_eq!(held_for(of(&["NONE", "LONG", "PLAIN"])), 90);
    let mut own = of(&["LONG"]);
    own.snapshot.hold_days = Some(3);
    assert_eq!(held_for(own.clone()), 3);
    assert_eq!(held_for(own.ruled(Word::HoldDays(60), 10)), 60);
}

#[test]
fn a_longer_hold_after_the_fact_moves_the_accrual_and_changes_no_sum() {
    let (book, mut ledger) = (shop().build(), Ledger::default());
    let case = order().carrying(click(8, days_before(3)));
    ledger.night(&case, &book);
    let decision = ledger.night(&case.ruled(Word::HoldDays(30), 10), &book);
    assert_eq!(decision.transfers.len(), 2);
    assert_eq!(ledger.sums(), [(1, 8, 2500)]);
    assert!(ledger.transfers.iter().any(|transfer| transfer.payable_from == PAID_AT.plus_days(30)));
}

// ---------------------------------------------------------------- charity

fn to(charity: i64, percent: &str) -> CharityRule {
    CharityRule { receiver: CharityId(charity), rate: rate(percent) }
}

#[test]
fn charity_is_the_orders_else_the_products_else_the_programs_and_never_of_the_tiers() {
    let product = |charity| ProductTerms { rates: rates("10"), charity, ..ProductTerms::standard() };
    let book = book()
        .program(1, ProgramRules { charity: Some(to(1, "2")), ..rules("10") })
        .partner(7, terms())
        .charity(1, "rivers")
        .charity(2, "woods")
        .charity(3, "birds")
        .product_terms("TREE", product(Some(to(2, "5"))))
        .build();
    let case = order().lines(&[("TREE", 1, "100.00"), ("BOAT", 1, "50.00")]).carrying(click(7, days_before(3)));
    assert_eq!(earned(&case.judged(&book)), [(0, 1, 100), (0, 2, 500), (1, 7, 1500)]);
    let mut own = case.clone();
    own.snapshot.charity = Some(OrderCharity { code: code("birds"), percent: Some("10".parse().unwrap()) });
    assert_eq!(earned(&own.judged(&book)), [(0, 3, 1500), (1, 7, 1500)]);
    // Without a percentage of its own it has those that the products and the program give to charity.
    let given = case.ruled(Word::Charity(OrderCharity { code: code("birds"), percent: None }), 10);
    assert_eq!(earned(&given.judged(&book)), [(0, 3, 600), (1, 7, 1500)]);
}

#[test]
fn an_order_that_nobody_brought_serves_the_charity_that_it_carries() {
    let program = ProgramRules { charity: Some(to(1, "2")), ..rules("10") };
    let book = book().program(1, program).charity(1, "rivers").charity(3, "birds").build();
    let mut case = order().of("100.00");
    assert_eq!(earned(&case.judged(&book)), [], "the program's charity is served by its partners' orders");
    case.snapshot.charity = Some(OrderCharity { code: code("birds"), percent: Some("10".parse().unwrap()) });
    let decision = case.judged(&book);
    assert_eq!((decision.outcome, earned(&decision)), (Outcome::Unattributed, vec![(0, 3, 1000)]));
    case.snapshot.charity = Some(OrderCharity { code: code("nobody"), percent: Some("10".parse().unwrap()) });
    let decision = case.judged(&book);
    assert_eq!(earned(&decision), []);
    assert_eq!(said(&decision, "nobody"), ["[] charity affiliate nobody is not known: not taken"]);
}

#[test]
fn a_chargeback_takes_back_through_all_tiers_and_charity_and_gives_back_when_it_is_won() {
    let program = ProgramRules { charity: Some(to(1, "2")), ..rules("10;3") };
    let book = book().program(1, program).charity(1, "rivers").partner(7, under(3)).partner(3, terms()).build();
    let mut ledger = Ledger::default();
    let mut case = order().carrying(click(7, days_before(3)));
    ledger.night(&case, &book);
    let whole = ledger.sums();
    let chargeback_id = ExternalId::parse("CB").unwrap();
    case.more.push(EventBody::Chargeback(Refund {
        refund_id: chargeback_id.clone(),
        at: PAID_AT.plus_seconds(5),
        amount: Some("250.00".to_owned()),
        lines: vec![],
        gross: None,
        currency: None,
        reason: None,
    }));
    ledger.night(&case, &book);
    assert_eq!(ledger.sums(), []);
    let won = tributary_shared::order::ChargebackWon { chargeback_id, at: PAID_AT.plus_seconds(9) };
    case.more.push(EventBody::ChargebackWon(won));
    ledger.night(&case, &book);
    assert_eq!(ledger.sums(), whole);
}

// ---------------------------------------------------------------- recurring payments

#[test]
fn a_subscription_stays_with_the_partner_of_its_first_payment_unless_the_program_says_otherwise() {
    let first = order().carrying(click(7, days_before(30)));
    let mut later = order().carrying(click(8, days_before(1)));
    later.first = Some(Box::new(first));
    let stays = later.judged(&shop().build());
    assert_eq!(credited(&stays), Some((7, EvidenceKind::Subscription)));
    let line = "[] subscription: first payment INV-1042 was brought by partner 7 · this payment stays with him";
    assert_eq!(said(&stays, "subscription"), [line]);
    let each = ProgramRules { subscriptions: Subscriptions::Each, ..rules("10;3") };
    let book = book().program(1, each).partner(7, terms()).partner(8, terms()).build();
    assert_eq!(credited(&later.judged(&book)), Some((8, EvidenceKind::Touch)));
}

#[test]
fn later_payments_are_held_or_refused_with_the_first() {
    let book = shop().build();
    let poached = order().carrying(click(8, days_before(3))).carrying(click(7, seconds_before(30)));
    let mut later = order();
    later.first = Some(Box::new(poached.clone()));
    assert_eq!(later.judged(&book).held, Some(HoldReason::Poaching));
    later.first = Some(Box::new(poached.clone().ruled(Word::Release, 1)));
    assert_eq!(credited(&later.judged(&book)), Some((7, EvidenceKind::Subscription)));
    later.first = Some(Box::new(poached.ruled(Word::Refuse, 1)));
    assert_eq!(later.judged(&book).outcome, Outcome::Unattributed);
}

#[test]
fn a_limit_of_payments_pays_the_first_and_not_the_next() {
    let limited = ProgramRules { recurring: Recurring { payments: Some(3), months: None }, ..rules("10") };
    let book = book().program(1, limited).partner(7, terms()).build();
    let payment = |before| {
        let mut case = order().carrying(click(7, days_before(3)));
        case.payments = Payments { before, first_paid_at: (before > 0).then(|| days_before(60)) };
        case.judged(&book)
    };
    assert_eq!(earned(&payment(2)), [(1, 7, 2500)]);
    let fourth = payment(3);
    assert_eq!((fourth.outcome, earned(&fourth)), (Outcome::Limited, vec![]));
    let line = "[] no commission for payment 4 of this customer: the program pays for the first 3";
    assert_eq!(said(&fourth, "payment 4"), [line]);
}

#[test]
fn a_limit_of_months_ends_to_the_second() {
    let limited = ProgramRules { recurring: Recurring { payments: None, months: Some(2) }, ..rules("10") };
    let book = book().program(1, limited).partner(7, terms()).build();
    // Two months before 2026-11-03T10:02:11Z is 2026-09-03T10:02:11Z.
    let began = common::time("2026-09-03T10:02:11Z");
    let outcome = |first_paid_at| {
        let mut case = order().carrying(click(7, days_before(3)));
        case.payments = Payments { before: 1, first_paid_at: Some(first_paid_at) };
        case.judged(&book).outcome
    };
    assert_eq!(outcome(began.plus_seconds(1)), Outcome::Credited);
    assert_eq!(outcome(began), Outcome::Limited);
}

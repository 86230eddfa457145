//! Strength: which rate pays whom, tier by tier, and what stops the flow.

mod common;

use common::{
    Book, PAID_AT, book, credited, currency, days_before, earned, order, rate, rates, rules, seconds_before, terms,
    time, trace_of, under, upline,
};
use tributary_shared::attribution::EvidenceKind;
use tributary_shared::id::CharityId;
use tributary_shared::ledger::Kind;
use tributary_shared::money::Rounding;
use tributary_shared::partner::{PartnerStatus, PartnerTerms};
use tributary_shared::program::{CharityRule, ProgramRules, TierBase};
use tributary_shared::time::Timestamp;

/// Partner 1 under 2 under 3 under 4, in a program without rates.
fn four() -> Book {
    upline("", 4)
}

/// A list of rates with one at this tier and none elsewhere.
fn at_tier(tier: u8, rate: &str) -> String {
    format!("{}{rate}", ";".repeat(usize::from(tier) - 1))
}

/// What an order of 100.00 over one TOUR-7 that partner 1 brought earns.
fn of_a_hundred(book: Book) -> Vec<(u8, i64, i64)> {
    earned(&order().of("100.00").naming("1").judged(&book.build()))
}

/// The book in which each of the three sources has this rate at a tier, or none.
fn with_sources(tier: u8, [own, product, program]: [Option<&str>; 3]) -> Book {
    let mut book = four();
    if let Some(rate) = own {
        book = book.with_terms(i64::from(tier), |terms| terms.rates = rates(&at_tier(tier, rate)));
    }
    if let Some(rate) = product {
        book = book.product("TOUR-7", &at_tier(tier, rate));
    }
    if let Some(rate) = program {
        book = book.with_rules(1, |rules| rules.tiers = rates(&at_tier(tier, rate)));
    }
    book
}

#[test]
fn in_all_eight_combinations_partner_beats_product_beats_program() {
    // (partner, product, program) → what 100.00 earns in cents.
    let table: [([Option<&str>; 3], Option<i64>); 8] = [
        ([None, None, None], None),
        ([None, None, Some("3")], Some(300)),
        ([None, Some("5"), None], Some(500)),
        ([None, Some("5"), Some("3")], Some(500)),
        ([Some("7"), None, None], Some(700)),
        ([Some("7"), None, Some("3")], Some(700)),
        ([Some("7"), Some("5"), None], Some(700)),
        ([Some("7"), Some("5"), Some("3")], Some(700)),
    ];
    for tier in 1..=4 {
        for (sources, expected) in table {
            let expected: Vec<_> = expected.map(|amount| (tier, i64::from(tier), amount)).into_iter().collect();
            assert_eq!(of_a_hundred(with_sources(tier, sources)), expected, "tier {tier}, {sources:?}");
        }
    }
}

#[test]
fn zero_is_a_rate_and_beats_ten_at_every_weaker_source() {
    for tier in 1..=4 {
        for (sources, is_zero_rate) in [
            ([Some("0"), Some("10"), Some("10")], true),
            ([Some("0"), None, Some("10")], true),
            ([Some("0"), Some("10"), None], true),
            ([None, Some("0"), Some("10")], true),
            ([None, None, Some("0")], true),
            ([None, None, None], false),
        ] {
            let decision = order().of("100.00").naming("1").judged(&with_sources(tier, sources).build());
            assert_eq!(earned(&decision), [], "tier {tier}, {sources:?}");
            // A rate of 0 is reckoned with and shown, which no rate is not.
            let line = format!("[] tier {tier} commission 0% of 100.00 (product TOUR-7) = 0.00 EUR for partner {tier}");
            assert_eq!(trace_of(&decision).contains(&line), is_zero_rate, "tier {tier}, {sources:?}");
        }
        for sources in
            [[Some("10"), Some("0"), Some("0")], [Some("10"), None, Some("0")], [None, Some("10"), Some("0")]]
        {
            assert_eq!(of_a_hundred(with_sources(tier, sources)), [(tier, i64::from(tier), 1_000)], "{sources:?}");
        }
    }
}

#[test]
fn a_rate_of_zero_flat_is_a_rate_too() {
    assert_eq!(of_a_hundred(with_sources(1, [Some("+0"), Some("10"), Some("10")])), []);
}

#[test]
fn each_tier_falls_through_for_itself() {
    let book = upline("10;4;2;1", 4)
        .with_terms(1, |terms| terms.rates = rates("20;20;20;20"))
        .with_terms(3, |terms| terms.rates = rates(";;0"))
        .product("TOUR-7", ";5;5");
    // Tier 1 by partner 1's own, 2 by the product's, 3 by partner 3's own 0, 4 by the program's.
    assert_eq!(of_a_hundred(book), [(1, 1, 2_000), (2, 2, 500), (4, 4, 100)]);
}

#[test]
fn only_the_receivers_own_rate_is_his() {
    // Partner 1's rate at tier 2 is for when he stands above, not for his parent.
    let book = four().with_terms(1, |terms| terms.rates = rates(";9")).with_terms(2, |terms| terms.rates = rates("8"));
    assert_eq!(of_a_hundred(book), []);
}

#[test]
fn each_line_has_its_own_strength() {
    let book = upline("10", 1).product("BOAT-1", "20").product("HUT-2", "0").build();
    let sold = order().lines(&[("TOUR-7", 1, "100.00"), ("BOAT-1", 2, "50.00"), ("HUT-2", 1, "80.00")]).naming("1");
    assert_eq!(earned(&sold.judged(&book)), [(1, 1, 1_000 + 1_000)]);
}

#[test]
fn a_product_that_does_not_participate_earns_nothing() {
    let book = upline("10;5", 2).idle_product("BOAT-1").with_terms(2, |terms| terms.rates = rates(";50")).build();
    let sold = order().lines(&[("TOUR-7", 1, "100.00"), ("BOAT-1", 2, "50.00")]).naming("1");
    let decision = sold.judged(&book);
    assert_eq!(earned(&decision), [(1, 1, 1_000), (2, 2, 5_000)]);
    assert!(trace_of(&decision).contains(&"[] no commission for product BOAT-1: it does not participate".to_owned()));
    let idle = order().lines(&[("BOAT-1", 2, "50.00")]).naming("1").judged(&book);
    assert_eq!((earned(&idle), credited(&idle)), (vec![], Some((1, EvidenceKind::Explicit))));
}

#[test]
fn a_flat_rate_is_per_unit() {
    let book = upline("+250;+1", 2).build();
    let sold = order().lines(&[("TOUR-7", 3, "100.00"), ("BOAT-1", 1, "20.00")]).naming("1");
    assert_eq!(earned(&sold.judged(&book)), [(1, 1, 4 * 250), (2, 2, 4)]);
}

#[test]
fn a_percentage_and_a_flat_amount_add_up() {
    let book = upline("10+250", 1).build();
    let sold = order().lines(&[("TOUR-7", 3, "100.00")]).naming("1");
    assert_eq!(earned(&sold.judged(&book)), [(1, 1, 1_000 + 750)]);
}

#[test]
fn a_stronger_rate_replaces_percentage_and_flat_amount_together() {
    let book = upline("10+250", 1).with_terms(1, |terms| terms.rates = rates("+100")).build();
    assert_eq!(earned(&order().of("100.00").naming("1").judged(&book)), [(1, 1, 100)]);
}

#[test]
fn a_flat_amount_shrinks_with_what_is_given_back() {
    let book = upline("+250", 1).build();
    let sold = order().lines(&[("TOUR-7", 3, "100.00")]).naming("1");
    for (given_back, left) in [("25.00", 563), ("33.33", 500), ("50.00", 375), ("99.99", 0), ("100.00", 0)] {
        let earned: i64 = earned(&sold.clone().refunded(given_back).judged(&book)).iter().map(|sum| sum.2).sum();
        assert_eq!(earned, left, "{given_back} given back");
    }
}

#[test]
fn a_flat_amount_in_another_currency_is_not_paid_and_says_so() {
    let book = upline("10+250", 1).build();
    let decision = order().in_currency("JPY").naming("1").judged(&book);
    assert_eq!(
        decision.transfers.iter().map(|t| (t.amount_minor, t.currency)).collect::<Vec<_>>(),
        [(2_500, currency("JPY"))]
    );
    assert!(trace_of(&decision).contains(&"[] no flat tier 1 commission: it is in EUR, the order in JPY".to_owned()));
}

/// The upline of a program whose deeper tiers are percentages of tier 1's commission.
fn of_tier1(tiers: &str) -> Book {
    upline(tiers, 4).with_rules(1, |rules| rules.tier_base = TierBase::Tier1)
}

#[test]
fn deeper_tiers_may_be_a_percentage_of_tier_1() {
    assert_eq!(of_a_hundred(of_tier1("10;50;20;0")), [(1, 1, 1_000), (2, 2, 500), (3, 3, 200)]);
}

#[test]
fn a_percentage_of_tier_1_is_of_what_the_strongest_rate_makes_it() {
    let book = of_tier1("10;50").with_terms(1, |terms| terms.rates = rates("20+300"));
    assert_eq!(of_a_hundred(book), [(1, 1, 2_300), (2, 2, 1_150)]);
    assert_eq!(of_a_hundred(of_tier1("10;50").with_terms(1, |terms| terms.rates = rates("0"))), []);
}

#[test]
fn a_percentage_of_tier_1_is_of_the_amount_before_rounding() {
    // 10% of 1.05 is 10.5 cents. Half of that is 5.25, half of the rounded 11 would be 5.5.
    let book = of_tier1("10;50").build();
    assert_eq!(earned(&order().of("1.05").naming("1").judged(&book)), [(1, 1, 11), (2, 2, 5)]);
}

#[test]
fn a_percentage_of_tier_1_is_paid_though_tier_1_is_blocked() {
    let book = of_tier1("10;50").with_terms(1, |terms| terms.status = PartnerStatus::Blocked);
    assert_eq!(of_a_hundred(book), [(2, 2, 500)]);
}

#[test]
fn a_flat_amount_at_a_deeper_tier_is_not_a_part_of_tier_1() {
    assert_eq!(of_a_hundred(of_tier1("10;50+70")), [(1, 1, 1_000), (2, 2, 570)]);
}

fn charity(book: Book, of: &str) -> Book {
    let rule = CharityRule { receiver: CharityId(3), rate: rate(of) };
    book.charity(3, "redcross").with_rules(1, |rules| rules.charity = Some(rule))
}

#[test]
fn charity_has_its_own_rate_apart_from_the_tiers() {
    let book = charity(upline("10;5", 1).with_terms(1, |terms| terms.rates = rates("20")), "1+2").build();
    let decision = order().of("100.00").naming("1").judged(&book);
    assert_eq!(earned(&decision), [(0, 3, 102), (1, 1, 2_000)]);
    assert_eq!(
        decision.transfers.iter().map(|transfer| transfer.kind).collect::<Vec<_>>(),
        [Kind::Accrual, Kind::Charity]
    );
    let line =
        "[] charity commission 1% of 100.00 and 0.02 × 1 (product TOUR-7) = 1.02 EUR for charity affiliate redcross";
    assert!(trace_of(&decision).contains(&line.to_owned()), "{:#?}", trace_of(&decision));
}

#[test]
fn charity_gets_its_part_though_the_partner_is_blocked() {
    let book = charity(upline("10", 1), "1").with_terms(1, |terms| terms.status = PartnerStatus::Blocked);
    assert_eq!(of_a_hundred(book), [(0, 3, 100)]);
}

#[test]
fn charity_gets_nothing_of_an_order_that_nobody_brought_and_takes_back_with_a_refund() {
    let book = charity(upline("10", 1), "10").build();
    assert_eq!(earned(&order().judged(&book)), []);
    let mut ledger = common::Ledger::default();
    let sold = order().of("100.00").naming("1");
    ledger.night(&sold, &book);
    let decision = ledger.night(&sold.refunded("40.00"), &book);
    let kinds: Vec<_> = decision.transfers.iter().map(|transfer| (transfer.kind, transfer.amount_minor)).collect();
    assert_eq!(kinds, [(Kind::Reversal, 400), (Kind::CharityReversal, 400)]);
}

/// Own rates of partners 1 to 4 at their tiers, which no configuration can refuse beforehand.
fn own_rates(percents: [&str; 4]) -> Book {
    percents.into_iter().zip(1..).fold(four(), |book, (percent, tier)| {
        book.with_terms(i64::from(tier), |terms| terms.rates = rates(&at_tier(tier, percent)))
    })
}

#[test]
fn what_is_more_than_the_order_is_cut_from_the_deepest_tier_up() {
    for (percents, expected) in [
        (["40", "30", "20", "10"], vec![(1, 1, 4_000), (2, 2, 3_000), (3, 3, 2_000), (4, 4, 1_000)]),
        (["40", "30", "20", "11"], vec![(1, 1, 4_000), (2, 2, 3_000), (3, 3, 2_000), (4, 4, 1_000)]),
        (["40", "30", "40", "11"], vec![(1, 1, 4_000), (2, 2, 3_000), (3, 3, 3_000)]),
        (["60", "60", "60", "60"], vec![(1, 1, 6_000), (2, 2, 4_000)]),
        (["100", "100", "100", "100"], vec![(1, 1, 10_000)]),
    ] {
        assert_eq!(of_a_hundred(own_rates(percents)), expected, "{percents:?}");
    }
}

#[test]
fn a_flat_amount_above_the_order_is_cut_to_the_order() {
    assert_eq!(of_a_hundred(upline("+20000", 1)), [(1, 1, 10_000)]);
    assert_eq!(of_a_hundred(upline("+9007199254740991", 1)), [(1, 1, 10_000)]);
}

#[test]
fn charity_is_cut_last() {
    assert_eq!(
        of_a_hundred(charity(own_rates(["60", "60", "0", "0"]), "10")),
        [(0, 3, 1_000), (1, 1, 6_000), (2, 2, 3_000)]
    );
    assert_eq!(of_a_hundred(charity(upline("+20000", 1), "+30000")), [(0, 3, 10_000)]);
}

#[test]
fn rounding_up_at_every_tier_never_pays_more_than_the_order() {
    // Three times 33.333333% and the rest of 0.05: each 1.67 cents, rounded 2, together 6 of 5.
    let book = upline("33.333333;33.333333;33.333333", 3);
    let decision = order().of("0.05").naming("1").judged(&book.build());
    assert_eq!(earned(&decision), [(1, 1, 2), (2, 2, 2), (3, 3, 1)]);
    assert!(
        trace_of(&decision)
            .contains(&"[] tier 3 commission cut from 0.02 to 0.01: all together are more than the order".to_owned())
    );
}

#[test]
fn a_partner_may_earn_at_a_tier_that_his_program_does_not_have() {
    let book = upline("10;5", 4).with_terms(4, |terms| terms.rates = rates(";;;2"));
    assert_eq!(of_a_hundred(book), [(1, 1, 1_000), (2, 2, 500), (4, 4, 200)]);
    let book = upline("10;5", 4).product("TOUR-7", ";;3");
    assert_eq!(of_a_hundred(book), [(1, 1, 1_000), (2, 2, 500), (3, 3, 300)]);
}

#[test]
fn the_tenth_tier_earns_and_there_is_no_eleventh() {
    let book = upline("1;1;1;1;1;1;1;1;1;1", 12).with_terms(11, |terms| terms.rates = rates(";;;;;;;;;;1"));
    let expected: Vec<(u8, i64, i64)> = (1..=10).map(|tier| (tier, i64::from(tier), 100)).collect();
    assert_eq!(of_a_hundred(book), expected);
}

#[test]
fn the_flow_to_a_parent_ends_at_its_instant_for_him_and_all_above() {
    for (until, tiers) in
        [(PAID_AT.plus_seconds(1), 4), (PAID_AT, 2), (PAID_AT.plus_seconds(-1), 2), (Timestamp::FIRST, 2)]
    {
        let book = upline("10;5;3;1", 4).with_terms(2, |terms| terms.parent_commission_until = Some(until));
        let expected = [(1, 1, 1_000), (2, 2, 500), (3, 3, 300), (4, 4, 100)];
        assert_eq!(of_a_hundred(book), expected[..tiers], "until {until}");
    }
}

#[test]
fn the_flow_ends_by_the_time_of_payment_not_of_placing() {
    let book =
        upline("10;5", 2).with_terms(1, |terms| terms.parent_commission_until = Some(seconds_before(10))).build();
    let decision = order().of("100.00").placed_at(days_before(3)).naming("1").judged(&book);
    assert_eq!(earned(&decision), [(1, 1, 1_000)]);
    assert!(
        trace_of(&decision)
            .contains(&format!("[] no tier 2 commission for the parent of partner 1: ended {}", seconds_before(10)))
    );
}

#[test]
fn a_blocked_or_pending_partner_earns_nothing_and_the_flow_goes_on() {
    let all = [(1, 1, 1_000), (2, 2, 500), (3, 3, 300), (4, 4, 100)];
    for (status, word) in [(PartnerStatus::Blocked, "blocked"), (PartnerStatus::Pending, "pending")] {
        for tier in 1..=4 {
            let book = upline("10;5;3;1", 4).with_terms(tier, |terms| terms.status = status).build();
            let decision = order().of("100.00").naming("1").judged(&book);
            let others: Vec<_> = all.into_iter().filter(|sum| sum.1 != tier).collect();
            assert_eq!(earned(&decision), others, "{word} at {tier}");
            let line = format!("[] no tier {tier} commission for partner {tier}: {word}");
            assert!(trace_of(&decision).contains(&line), "{:#?}", trace_of(&decision));
        }
    }
}

#[test]
fn an_order_is_judged_by_the_programs_rules_of_when_it_was_paid() {
    let changed = time("2026-10-01T00:00:00Z");
    let book = book().program(1, rules("10")).program_from(1, changed, rules("20")).partner(1, terms()).build();
    for (paid_at, amount) in [(changed.plus_seconds(-1), 1_000), (changed, 2_000), (PAID_AT, 2_000)] {
        let decision = order().of("100.00").naming("1").paid_at(paid_at).judged(&book);
        assert_eq!(earned(&decision), [(1, 1, amount)], "paid {paid_at}");
    }
    let placed_before = order().of("100.00").naming("1").placed_at(changed.plus_seconds(-1)).paid_at(changed);
    assert_eq!(earned(&placed_before.judged(&book)), [(1, 1, 2_000)]);
}

#[test]
fn an_order_is_judged_by_the_partners_terms_of_when_it_was_paid() {
    let changed = time("2026-10-01T00:00:00Z");
    let program = rules("10;5");
    let book = book()
        .program(1, program)
        .partner(1, PartnerTerms { rates: rates("20"), ..under(2) })
        .partner_from(1, changed, PartnerTerms { rates: rates("30"), ..under(3) })
        .partner(2, terms())
        .partner(3, terms())
        .build();
    for (paid_at, expected) in
        [(changed.plus_seconds(-1), [(1, 1, 2_000), (2, 2, 500)]), (changed, [(1, 1, 3_000), (2, 3, 500)])]
    {
        assert_eq!(
            earned(&order().of("100.00").naming("1").paid_at(paid_at).judged(&book)),
            expected,
            "paid {paid_at}"
        );
    }
}

#[test]
fn an_order_is_judged_by_the_products_terms_of_when_it_was_paid() {
    let changed = time("2026-10-01T00:00:00Z");
    let book = upline("10", 1).product("TOUR-7", "20").product_from("TOUR-7", changed, "30").build();
    for (paid_at, amount) in [(changed.plus_seconds(-1), 2_000), (changed, 3_000)] {
        assert_eq!(
            earned(&order().of("100.00").naming("1").paid_at(paid_at).judged(&book)),
            [(1, 1, amount)],
            "paid {paid_at}"
        );
    }
}

#[test]
fn a_refund_after_a_change_of_rules_is_judged_by_the_old_ones() {
    let changed = PAID_AT.plus_seconds(60);
    let book = book().program(1, rules("10")).program_from(1, changed, rules("20")).partner(1, terms()).build();
    let mut ledger = common::Ledger::default();
    let sold = order().of("100.00").naming("1");
    ledger.night(&sold, &book);
    ledger.night(&sold.refunded("50.00"), &book);
    assert_eq!(ledger.sums(), [(1, 1, 500)]);
}

#[test]
fn an_accrual_is_payable_when_the_hold_has_elapsed() {
    let book = upline("10", 1).with_rules(1, |rules| rules.hold_days = 30).build();
    let decision = order().placed_at(days_before(5)).naming("1").judged(&book);
    assert_eq!(decision.transfers[0].payable_from, PAID_AT.plus_days(30));
}

#[test]
fn the_programs_rounding_is_the_one_that_rounds() {
    // 5% of 0.10 is half a cent, of 0.30 one and a half.
    for (rounding, tenth, third) in [(Rounding::HalfUp, 1, 2), (Rounding::HalfEven, 0, 2), (Rounding::Floor, 0, 1)] {
        let book =
            upline("", 1).with_rules(1, |rules| *rules = ProgramRules { rounding, ..common::rules("5") }).build();
        let of = |net: &str| earned(&order().of(net).naming("1").judged(&book)).iter().map(|sum| sum.2).sum::<i64>();
        assert_eq!((of("0.10"), of("0.30")), (tenth, third), "{rounding:?}");
    }
}

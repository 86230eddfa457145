//! Money over tables of cases: commission, clawback, splits, amounts and currencies, each by an oracle of its own.

mod common;

use common::{Ledger, euros, order, rules, terms, under};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tributary_shared::commission::of_amount;
use tributary_shared::money::{Currency, Money, Percent, Rounding, allocate};
use tributary_shared::program::{ProgramRules, Rate};
use tributary_shared::rules::Rulebook;

/// Reads a table and makes sure that it is whole.
fn cases<T: DeserializeOwned>(json: &str, count: usize) -> Vec<T> {
    let cases: Vec<T> = serde_json::from_str(json).expect("the case file is JSON of this form");
    assert_eq!(cases.len(), count, "the table is not whole");
    cases
}

#[derive(Deserialize)]
struct RoundingCase {
    base: String,
    rate_bp: u16,
    half_up: String,
    half_even: String,
    floor: String,
}

#[test]
fn a_commission_is_exact_until_it_is_rounded_once() {
    for case in cases::<RoundingCase>(include_str!("cases/commission_rounding_cases.json"), 1_014) {
        let base_minor: i64 = case.base.parse().unwrap();
        let percent = Percent::from_basis_points(case.rate_bp);
        let rounded = [Rounding::HalfUp, Rounding::HalfEven, Rounding::Floor]
            .map(|rounding| of_amount(base_minor, percent, rounding).to_string());
        assert_eq!(rounded, [case.half_up, case.half_even, case.floor], "{percent} of {base_minor}");
    }
}

#[derive(Deserialize)]
struct Clawback {
    base: i64,
    tiers_bp: Vec<u16>,
    commission: Vec<i64>,
    commission_half_up: Vec<i64>,
    steps: Vec<ClawbackStep>,
}

#[derive(Deserialize)]
struct ClawbackStep {
    refund: i64,
    clawback: Vec<i64>,
    clawback_half_up: Vec<i64>,
    left: i64,
    commission_left: Vec<i64>,
    commission_left_half_up: Vec<i64>,
}

/// What a rounding makes of a sequence: the commissions, then clawback, what is left of the order and of the commissions.
type Expected<'a> = (&'a [i64], Vec<(&'a [i64], i64, &'a [i64])>);

impl Clawback {
    fn rulebook(&self, rounding: Rounding) -> Rulebook {
        let rate = |basis_points: &u16| Some(Rate::percent(Percent::from_basis_points(*basis_points)));
        let tiers = self.tiers_bp.iter().map(rate).collect();
        let program = ProgramRules { tiers, rounding, ..rules("") };
        let (first, second) = (under(2), under(3));
        common::book().program(1, program).partner(1, first).partner(2, second).partner(3, terms()).build()
    }

    fn expected(&self, rounding: Rounding) -> Expected<'_> {
        match rounding {
            Rounding::HalfUp => {
                let steps = self.steps.iter().map(|s| (&*s.clawback_half_up, s.left, &*s.commission_left_half_up));
                (&self.commission_half_up, steps.collect())
            }
            Rounding::HalfEven | Rounding::Floor => {
                let steps = self.steps.iter().map(|s| (&*s.clawback, s.left, &*s.commission_left));
                (&self.commission, steps.collect())
            }
        }
    }
}

/// What the ledger holds for tiers 1, 2, ….
fn by_tier(ledger: &Ledger, tiers: usize) -> Vec<i64> {
    let sums = ledger.sums();
    let of_tier = |tier: usize| sums.iter().filter(|sum| usize::from(sum.0) == tier).map(|sum| sum.2).sum();
    (1..=tiers).map(of_tier).collect()
}

#[test]
fn every_part_refund_claws_back_the_difference_and_the_last_one_leaves_nothing() {
    let mut nights = 0;
    for (number, case) in
        cases::<Clawback>(include_str!("cases/refund_clawback_sequences.json"), 500).iter().enumerate()
    {
        let tiers = case.tiers_bp.len();
        for rounding in [Rounding::HalfEven, Rounding::HalfUp] {
            let book = case.rulebook(rounding);
            let (commission, steps) = case.expected(rounding);
            let mut ledger = Ledger::default();
            let mut sold = order().of(&euros(case.base)).naming("1");
            ledger.night(&sold, &book);
            assert_eq!(by_tier(&ledger, tiers), commission, "sequence {number}, {rounding:?}");
            for (step, (clawback, left, commission_left)) in case.steps.iter().zip(steps) {
                sold = sold.refunded(&euros(step.refund));
                let before = by_tier(&ledger, tiers);
                let decision = ledger.night(&sold, &book);
                let after = by_tier(&ledger, tiers);
                let taken: Vec<i64> = before.iter().zip(&after).map(|(before, after)| before - after).collect();
                assert_eq!(taken, clawback, "sequence {number}, {rounding:?}, refund of {}", step.refund);
                assert_eq!(after, commission_left, "sequence {number}, {rounding:?}, {left} left");
                assert!(decision.transfers.iter().all(common::takes_back), "a refund pays nobody");
                assert_eq!(sold.fold().known.unwrap().left_minor(), left);
                nights += 1;
            }
            assert_eq!(case.steps.last().map(|step| step.left), Some(0), "every sequence ends in nothing");
            assert_eq!(ledger.sums(), [], "sequence {number}, {rounding:?}");
        }
    }
    assert!(nights > 2 * 500, "there are several refunds in a sequence: {nights}");
}

#[derive(Deserialize)]
struct Allocation {
    amount: i64,
    ratios: Vec<i64>,
    parts: Vec<i64>,
}

#[test]
fn a_split_goes_by_largest_remainder_and_ties_to_the_first() {
    for case in cases::<Allocation>(include_str!("cases/allocation_cases.json"), 500) {
        assert_eq!(allocate(case.amount, &case.ratios), case.parts, "{} by {:?}", case.amount, case.ratios);
        assert_eq!(case.parts.iter().sum::<i64>(), case.amount, "the table's own sum");
    }
}

#[derive(Deserialize)]
struct AmountCase {
    text: String,
    currency: String,
    minor: Option<i64>,
    ok: bool,
}

#[test]
fn an_amount_is_taken_exactly_or_refused() {
    for case in cases::<AmountCase>(include_str!("cases/amount_parse_cases.json"), 22) {
        let parsed = case.currency.parse().ok().and_then(|currency: Currency| Money::parse(&case.text, currency).ok());
        assert_eq!(parsed.map(Money::minor), case.minor, "{:?} {}", case.text, case.currency);
        assert_eq!(parsed.is_some(), case.ok, "{:?} {}", case.text, case.currency);
    }
}

#[derive(Deserialize)]
struct CurrencyCase {
    code: String,
    exponent: Option<u32>,
}

#[test]
fn a_currency_has_the_digits_of_iso_4217_and_what_has_none_is_no_money() {
    let cases: Vec<CurrencyCase> = cases(include_str!("cases/iso4217.json"), 178);
    for case in &cases {
        let digits = case.code.parse().ok().map(Currency::digits);
        assert_eq!(digits, case.exponent, "{}", case.code);
    }
    assert_eq!(cases.iter().filter(|case| case.exponent.is_none()).count(), 13);
}

#[test]
fn no_other_three_letters_are_a_currency() {
    let known: Vec<CurrencyCase> = cases(include_str!("cases/iso4217.json"), 178);
    let letters = || b'A'..=b'Z';
    let all = letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| [a, b, c])));
    let taken: Vec<String> = all
        .map(|code| String::from_utf8_lossy(&code).into_owned())
        .filter(|code| code.parse::<Currency>().is_ok())
        .filter(|code| !known.iter().any(|case| case.code == *code))
        .collect();
    assert_eq!(taken, [""; 0]);
}
